/** @file Acts on single keys when nobody is typing, as long as the dispatcher wants that (WCAG 2.1.4). */

import { promised } from "./elements.js";

/** Where this device remembers the choice. */
const REMEMBERED = "showme.single_keys";

/** @param {Record<string, () => void>} actions by key */
export function listenForSingleKeys(actions) {
  const choice = promised("single-keys", HTMLInputElement);
  choice.checked = remembered() !== "off";
  choice.addEventListener("change", () => remember(choice.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = actions[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (target instanceof HTMLInputElement) return target.type !== "radio" && target.type !== "checkbox";
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

/** @param {string} choice */
function remember(choice) {
  try {
    localStorage.setItem(REMEMBERED, choice);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
}
