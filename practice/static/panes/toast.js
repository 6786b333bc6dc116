/** @file Shows a sentence for a while. */

/** In milliseconds: long enough to read two lines twice. */
const READING_TIME = 7000;

export class Toast {
  #element;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} element a live region */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} sentence */
  show(sentence) {
    clearTimeout(this.#timer);
    this.#element.textContent = sentence;
    this.#timer = setTimeout(() => {
      this.#element.textContent = "";
    }, READING_TIME);
  }
}
