/** @file Keeps asking what has changed: by requests, because every open stream takes a connection from wall and phone. */

/** Between two questions, in milliseconds. */
const PAUSE = 400;

/** The same after a question without an answer. */
const PAUSE_AFTER_FAILURE = 2000;

export class Watching {
  #ask;
  #onState;
  #onLine;
  #known = "";
  #isWaiting = false;
  #wake = () => {};

  /**
   * @param {object} needs
   * @param {() => Promise<string>} needs.ask
   * @param {(state: import("./shapes.js").State) => void} needs.onState called only when something is different
   * @param {(isOpen: boolean) => void} needs.onLine called after every question
   */
  constructor({ ask, onState, onLine }) {
    this.#ask = ask;
    this.#onState = onState;
    this.#onLine = onLine;
  }

  /** Watch for as long as the page lives; nothing is asked while nobody can see it. */
  async start() {
    document.addEventListener("visibilitychange", () => this.lookNow());
    for (;;) {
      const pause = (await this.#look()) ? PAUSE : PAUSE_AFTER_FAILURE;
      await this.#wait(pause);
      while (document.hidden) await this.#wait(null);
    }
  }

  /** Do not wait for the next turn. */
  lookNow() {
    if (this.#isWaiting) this.#wake();
  }

  async #look() {
    let text;
    try {
      text = await this.#ask();
    } catch {
      this.#onLine(false);
      return false;
    }
    if (text !== this.#known) {
      this.#known = text;
      this.#onState(JSON.parse(text));
    }
    this.#onLine(true);
    return true;
  }

  /** @param {number | null} milliseconds null waits until woken */
  async #wait(milliseconds) {
    this.#isWaiting = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    await new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
      if (milliseconds !== null) timer = setTimeout(this.#wake, milliseconds);
    });
    clearTimeout(timer);
    this.#isWaiting = false;
  }
}
