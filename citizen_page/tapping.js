/** Tells the server of the first real tap, which no link preview or scanner makes. */

import { tell } from "./door.js";

/** Listen for a tap on something that can be tapped; one that did not reach the server is told with the next. */
export function listenForTheFirstTap() {
  /** @param {Event} event */
  const onClick = async (event) => {
    const isReal = event.isTrusted && event.target instanceof Element && event.target.closest("a,button,label,input");
    if (isReal) {
      removeEventListener("click", onClick, true);
      const outcome = await tell("tapped", {});
      if (outcome.kind === "cut" || outcome.kind === "busy") {
        addEventListener("click", onClick, true);
      }
    }
  };
  addEventListener("click", onClick, true);
}
