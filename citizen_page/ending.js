/** Turns the page into its last state: nothing more can be sent, and what to do if help is still needed. */

import { find } from "./element.js";

/**
 * Show that the link is over, and why.
 * @param {string} sentence
 */
export function showEnded(sentence) {
  const ended = find("ended");
  const rows = find("rows");
  if (!ended.hidden) {
    return;
  }
  /** @type {HTMLElement} */ (ended.querySelector(".sentence")).textContent = sentence;
  find("asking").remove();
  for (const button of rows.querySelectorAll("button")) {
    button.remove();
  }
  ended.append(rows);
  ended.hidden = false;
  ended.querySelector("h1")?.focus();
}
