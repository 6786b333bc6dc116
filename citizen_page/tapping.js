/** Tells the server of the first real tap, which no link preview or scanner makes, and keeps its answer for calls. */

import { insist } from "./door.js";

/** @typedef {import("./door.js").Outcome} Outcome */

/** @type {Promise<Outcome> | undefined} */
let introduction;

/**
 * Tell of a tap, unless that was done.
 * @param {boolean} [anew] to have an answer of today: what opens a relay does not last for ever
 * @returns {Promise<Outcome>} anything but "cut" and "busy"
 */
export function introduce(anew) {
  if (anew || !introduction) {
    introduction = insist("tapped", {});
    void introduction.then(({ kind }) => kind === "done" && dispatchEvent(new Event("tapped")));
  }
  return introduction;
}

/** Listen for a tap on something that can be tapped. */
export function listenForTheFirstTap() {
  /** @param {Event} event */
  const onClick = (event) => {
    const isReal = event.isTrusted && event.target instanceof Element && event.target.closest("a,button,label,input");
    if (isReal) {
      removeEventListener("click", onClick, true);
      void introduce();
    }
  };
  addEventListener("click", onClick, true);
}
