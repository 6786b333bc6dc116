/** @file Puts a text on the clipboard where the browser allows it. */

/**
 * Copy a text.
 *
 * Browsers refuse outside of https and localhost, and in frames that were not allowed to.
 *
 * @param {string} text
 * @returns {Promise<boolean>} false when the browser refused: show the text instead
 */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
