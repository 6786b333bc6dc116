/** @file Keeps where citizens were: from the list of positions, and from what each event says of an invitation. */

/** Of one invitation, so many positions are kept. */
const MOST = 500;

export class Trails {
  /** @type {Map<string, import("./shapes.js").Place[]>} oldest first */
  #of = new Map();

  /**
   * Where an invitation's citizen was, oldest first.
   *
   * @param {string} id
   */
  of(id) {
    return this.#of.get(id) ?? [];
  }

  /**
   * Take the list of positions; what was told meanwhile by events stays.
   *
   * @param {import("./shapes.js").Position[]} positions
   */
  take(positions) {
    for (const position of positions) this.#put(position.invitation, position);
  }

  /**
   * Take where an invitation says that its citizen is.
   *
   * @param {import("./shapes.js").Invitation} invitation
   */
  takeInvitation({ id, location }) {
    if (location) this.#put(id, location);
    else this.#of.delete(id);
  }

  /** @param {string} id */
  forget(id) {
    this.#of.delete(id);
  }

  /**
   * @param {string} id
   * @param {import("./shapes.js").Place} place
   */
  #put(id, { latitude, longitude, accuracy, at }) {
    const known = this.#of.get(id) ?? [];
    if (known.some((other) => other.at === at)) return;
    const all = [...known, { latitude, longitude, accuracy, at }].sort((one, other) => one.at.localeCompare(other.at));
    this.#of.set(id, all.slice(-MOST));
  }
}
