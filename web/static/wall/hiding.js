/** @file Remembers which pictures are hidden behind a blur, on this page and until it is left. */

export class Hiding {
  #hidesByDefault;
  /** @type {Set<string>} */
  #revealed = new Set();
  /** @type {Set<string>} */
  #hidden = new Set();
  /** @type {(() => void)[]} */
  #listeners = [];

  /** @param {boolean} hidesByDefault what the organisation wants */
  constructor(hidesByDefault) {
    this.#hidesByDefault = hidesByDefault;
  }

  /** @param {() => void} listener */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /** @param {string} id */
  isHidden(id) {
    return this.#hidden.has(id) || (this.#hidesByDefault && !this.#revealed.has(id));
  }

  /** Whether there is anything to hide again. */
  get someAreVisible() {
    return !this.#hidesByDefault || this.#revealed.size > 0;
  }

  /** @param {string} id */
  reveal(id) {
    this.#hidden.delete(id);
    this.#revealed.add(id);
    this.#tell();
  }

  /**
   * Hide one picture again, also where the organisation shows them.
   *
   * @param {string} id
   */
  hide(id) {
    this.#revealed.delete(id);
    this.#hidden.add(id);
    this.#tell();
  }

  /** Hide every picture, also where the organisation shows them. */
  hideAll() {
    this.#hidesByDefault = true;
    this.#revealed.clear();
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
