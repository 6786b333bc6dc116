/** @file Tells a screen reader, politely, what others see change. */

import { make } from "./elements.js";

/** How long, in milliseconds, a sentence stays for slow readers. */
const STAYS = 5000;

export class Announcer {
  #place;

  /** @param {HTMLElement} place a polite live region */
  constructor(place) {
    this.#place = place;
  }

  /** @param {string} sentence */
  announce(sentence) {
    const line = make("p", "", {}, sentence);
    this.#place.append(line);
    setTimeout(() => line.remove(), STAYS);
  }
}
