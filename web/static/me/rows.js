/** @file Keeps a list of rows by key: what has not changed is not touched, and the keyboard stays where it is. */

import { make } from "../wall/elements.js";

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {(Node | string)[]} title
 * @property {string[]} more
 * @property {HTMLButtonElement[]} buttons
 */

export class Rows {
  #list;
  /** @type {Map<string, {element: HTMLLIElement, seen: string}>} */
  #kept = new Map();

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {readonly Row[]} rows */
  show(rows) {
    const wanted = new Set(rows.map((row) => row.key));
    for (const [key, { element }] of this.#kept) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#kept.delete(key);
    }
    rows.forEach((row, place) => {
      const element = this.#element(row);
      if (this.#list.children[place] !== element) this.#list.insertBefore(element, this.#list.children[place] ?? null);
    });
  }

  /** @param {Row} row */
  #element(row) {
    const title = make("p", "row-title", {}, ...row.title);
    const more = make("p", "row-more", {}, ...row.more.map((part) => make("span", "", {}, part)));
    const words = make("div", "row-words", {}, title, more);
    const known = this.#kept.get(row.key);
    if (known && known.seen === words.innerHTML) return known.element;
    if (known) {
      // The buttons stay: one of them may hold the keyboard.
      known.seen = words.innerHTML;
      known.element.firstElementChild?.replaceWith(words);
      return known.element;
    }
    const element = make("li", "row", {}, words, make("div", "row-buttons", {}, ...row.buttons));
    this.#kept.set(row.key, { element, seen: words.innerHTML });
    return element;
  }
}

/**
 * @param {string} words
 * @param {string} name what a screen reader says
 * @param {() => Promise<void>} press never rejects
 */
export function rowButton(words, name, press) {
  const button = make("button", "button", { type: "button", "aria-label": name }, words);
  button.addEventListener("click", () => void press());
  return button;
}
