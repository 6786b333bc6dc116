/** @file Remembers which pictures are hidden behind a blur, on this page and until it is left. */

/** @typedef {"shown" | "until_revealed" | "always"} Blurring how far pictures are blurred */

export class Hiding {
  #hidesByDefault;
  #isOnlyAlone = false;
  /** @type {Blurring | null} */
  #chosen = null;
  /** @type {Set<string>} */
  #revealed = new Set();
  /** @type {Set<string>} */
  #hidden = new Set();
  /** @type {(() => void)[]} */
  #listeners = [];
  /** @type {((id: string) => void)[]} */
  #revealListeners = [];

  /** @param {boolean} hidesByDefault what the organisation wants */
  constructor(hidesByDefault) {
    this.#hidesByDefault = hidesByDefault;
  }

  /** @param {() => void} listener */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /** @param {(id: string) => void} listener hears of each picture that somebody here lays bare */
  listenForReveals(listener) {
    this.#revealListeners.push(listener);
  }

  /**
   * Blur as this person wants from now on; what was revealed is hidden again where no picture stays revealed.
   *
   * @param {Blurring} blurring
   */
  choose(blurring) {
    if (blurring === this.#chosen) return;
    this.#chosen = blurring;
    this.#hidesByDefault = blurring !== "shown";
    this.#isOnlyAlone = blurring === "always";
    if (this.#isOnlyAlone) this.#revealed.clear();
    this.#tell();
  }

  /** Whether a picture is revealed only while it is looked at alone. */
  get isOnlyAlone() {
    return this.#isOnlyAlone;
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
    const wasHidden = this.isHidden(id);
    this.#hidden.delete(id);
    this.#revealed.add(id);
    if (wasHidden) for (const listener of this.#revealListeners) listener(id);
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
