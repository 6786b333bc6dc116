/** @file Acts on keys and pastes when nobody is typing; on single keys as long as the dispatcher wants (WCAG 2.1.4). */

import { promised } from "./elements.js";
import { remember, remembered } from "./remembered.js";

/** Where this device remembers the choice. */
const NAME = "single_keys";

/** How a phone number begins. */
const DIGIT = /^[0-9+]$/;

/**
 * Listen to the whole page.
 *
 * @param {Record<string, () => void>} actions by key
 * @param {() => void} onDigit a number is being typed: where the focus is moved to now, this first digit is written
 */
export function listenForSingleKeys(actions, onDigit) {
  const choice = promised("single-keys", HTMLInputElement);
  choice.checked = remembered(NAME) !== "off";
  choice.addEventListener("change", () => remember(NAME, choice.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (!choice.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (DIGIT.test(event.key)) {
      onDigit();
      return;
    }
    const act = actions[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Whether single letters and signs act (WCAG 2.1.4). */
export function singleKeysAreWanted() {
  return promised("single-keys", HTMLInputElement).checked;
}

/** @param {(text: string) => void} onText what was pasted while no field was chosen */
export function listenForPastes(onText) {
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text").trim();
    if (!text || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    onText(text);
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (target instanceof HTMLInputElement) return target.type !== "radio" && target.type !== "checkbox";
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}
