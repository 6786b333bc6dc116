/** Turns the page into its last state: nothing more can be sent, and what to do if help is still needed. */

/**
 * Show that the link is over, and why.
 * @param {string} sentence
 */
export function showEnded(sentence) {
  const ended = document.getElementById("ended");
  const rows = document.getElementById("rows");
  if (!ended || !rows || !ended.hidden) {
    return;
  }
  const reason = ended.querySelector(".sentence");
  if (reason) {
    reason.textContent = sentence;
  }
  document.getElementById("asking")?.remove();
  for (const button of rows.querySelectorAll("button")) {
    button.remove();
  }
  ended.append(rows);
  ended.hidden = false;
  ended.querySelector("h1")?.focus();
}
