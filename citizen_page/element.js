/** Finds what the template has put on the page. */

/**
 * @param {string} id of an element that is always there
 * @returns {HTMLElement}
 */
export function find(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
