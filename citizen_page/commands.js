/** Does what the dispatcher asks of the phone, as far as the person has opened the way for it. */

import { speak } from "./speaking.js";
import { fill } from "./words.js";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./offering.js").Offered} Offered
 */

/**
 * Do as a command says.
 * @param {string} command
 * @param {Configuration} configuration
 * @param {Offered} live
 */
export function obey(command, { words, organisation }, live) {
  const asked = command === "take_photo" && !live.isOn ? "photo" : /^ask_(photo|live|location)$/.exec(command)?.[1];
  if (asked) {
    const what = /** @type {"photo"} */ (asked);
    bringForward(what, fill(words.ask[what], { organisation }), live);
  } else {
    void live.obey(command);
  }
}

/**
 * Put the button that is wanted now before all others.
 * @param {"photo" | "live" | "location"} what
 * @param {string} sentence
 * @param {Offered} live
 */
function bringForward(what, sentence, live) {
  const wanted = document.querySelector({ photo: ".take", live: "#show", location: "#locate" }[what]);
  const heading = document.querySelector("h1");
  if (!heading || !(wanted instanceof HTMLElement)) {
    return;
  }
  heading.textContent = sentence;
  if (live.isOn) {
    live.direct(sentence);
  } else {
    speak(sentence);
  }
  wanted.hidden = what === "live" && live.isOn;
  wanted.parentElement?.prepend(wanted);
  wanted.scrollIntoView({ block: "nearest" });
  if (what === "live") {
    void live.offer();
  }
}
