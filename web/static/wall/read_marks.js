/** @file Remembers, in this browser, up to which sentence each conversation has been read. */

import { listenForOtherTabs, remember, remembered } from "./remembered.js";

const NAME = "read";
/** Invitations are forgotten after hours: the oldest marks go first. */
const MOST = 300;

export class ReadMarks {
  /** @type {Map<string, number>} */
  #marks;
  /** @type {() => void} */
  #onChange = () => {};

  constructor() {
    this.#marks = parsed(remembered(NAME));
    listenForOtherTabs(NAME, (choice) => {
      for (const [id, number] of parsed(choice)) this.#raise(id, number);
      this.#onChange();
    });
  }

  /** @param {() => void} listener called when another tab has read something */
  listen(listener) {
    this.#onChange = listener;
  }

  /** @param {string} id of an invitation */
  of(id) {
    return this.#marks.get(id) ?? 0;
  }

  /**
   * @param {string} id of an invitation
   * @param {number} number of the newest sentence that was read
   */
  put(id, number) {
    if (number <= this.of(id)) return;
    // What another tab has read since is not unread by writing ours.
    for (const [other, known] of parsed(remembered(NAME))) this.#raise(other, known);
    this.#raise(id, number);
    for (const oldest of [...this.#marks.keys()].slice(0, Math.max(0, this.#marks.size - MOST))) {
      this.#marks.delete(oldest);
    }
    remember(NAME, JSON.stringify([...this.#marks]));
  }

  /**
   * @param {string} id
   * @param {number} number
   */
  #raise(id, number) {
    const highest = Math.max(number, this.of(id));
    // Put in anew, so that the map's order is that of reading.
    this.#marks.delete(id);
    this.#marks.set(id, highest);
  }
}

/**
 * @param {string | null} text
 * @returns {Map<string, number>}
 */
function parsed(text) {
  try {
    /** @type {unknown} */
    const pairs = JSON.parse(text ?? "[]");
    if (!Array.isArray(pairs)) return new Map();
    return new Map(pairs.filter((pair) => Array.isArray(pair) && Number.isInteger(pair[1])));
  } catch {
    return new Map();
  }
}
