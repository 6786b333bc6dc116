/** @file Tells the server's time, and wakes, each second, whoever shows how time goes by. */

export class Clock {
  #ahead = 0;
  /** @type {Set<() => void>} */
  #everySecond = new Set();

  constructor() {
    setInterval(() => this.#tick(), 1000);
    document.addEventListener("visibilitychange", () => this.#tick());
  }

  /**
   * Learn how far this computer's clock is from the server's.
   *
   * @param {string} now what the server's clock said
   * @param {number} asked this computer's time of the question, in milliseconds
   * @param {number} answered … and of its answer
   */
  learn(now, asked, answered) {
    this.#ahead = Date.parse(now) - (asked + answered) / 2;
  }

  /** The server's time now, in milliseconds. */
  now() {
    return Date.now() + this.#ahead;
  }

  /**
   * Call a listener each second while somebody can see the page.
   *
   * @param {() => void} listener
   */
  everySecond(listener) {
    this.#everySecond.add(listener);
  }

  #tick() {
    if (document.hidden) return;
    for (const listener of this.#everySecond) listener();
  }
}
