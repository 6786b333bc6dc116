/** @file Tells whether the wall is connected, and since when it is not. */

import { promised, setAttribute, setText } from "./elements.js";

/** A break shorter than this, in milliseconds, is made up for before anybody could read about it. */
const WORTH_TELLING = 2000;

export class Connection {
  #say;
  #times;
  #lamp = promised("connection", HTMLElement);
  #words = promised("connection-words", HTMLElement);
  #banner = promised("banner", HTMLElement);
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {import("./shapes.js").Say} say
   * @param {import("./times.js").Times} times
   */
  constructor(say, times) {
    this.#say = say;
    this.#times = times;
  }

  /**
   * @param {boolean} isOpen
   * @param {number} heardAt when something was last heard, in milliseconds
   */
  tell(isOpen, heardAt) {
    setAttribute(this.#lamp, "data-line", isOpen ? "open" : "broken");
    setText(this.#words, this.#say(isOpen ? "connection.open" : "connection.broken"));
    clearTimeout(this.#timer);
    if (isOpen) {
      this.#banner.hidden = true;
      setText(this.#banner, "");
      return;
    }
    const wait = Math.max(0, WORTH_TELLING - (Date.now() - heardAt));
    this.#timer = window.setTimeout(() => {
      setText(this.#banner, this.#say("connection.lost", { time: this.#times.ofDay(heardAt) }));
      this.#banner.hidden = false;
    }, wait);
  }
}
