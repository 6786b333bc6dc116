/** Says news to people who listen to the page instead of looking at it. */

import { find } from "./element.js";

/**
 * Say a sentence through the page's live region.
 * @param {string} sentence
 */
export function speak(sentence) {
  // A line of its own for each sentence, so that the same words twice are heard twice, and none cuts off another.
  const line = document.createElement("span");
  line.textContent = `${sentence} `;
  find("spoken").append(line);
  setTimeout(() => line.remove(), 10_000);
}
