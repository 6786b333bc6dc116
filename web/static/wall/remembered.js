/** @file Remembers small choices on this device, for every tab of this browser. */

const PREFIX = "showme.";

/**
 * @param {string} name
 * @returns {string | null} null when nothing is known, or the browser keeps nothing
 */
export function remembered(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/**
 * Remember a choice; a browser that keeps nothing lets it last as long as the page.
 *
 * @param {string} name
 * @param {string} choice
 */
export function remember(name, choice) {
  try {
    localStorage.setItem(PREFIX + name, choice);
  } catch {
    // As said above.
  }
}

/**
 * Hear what another tab has chosen.
 *
 * @param {string} name
 * @param {(choice: string | null) => void} listener
 */
export function listenForOtherTabs(name, listener) {
  window.addEventListener("storage", (event) => {
    if (event.key === PREFIX + name) listener(event.newValue);
  });
}
