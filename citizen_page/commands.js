/** Does what the dispatcher asks of the phone, as far as the person has opened the way for it. */

import { speak } from "./speaking.js";
import { fill } from "./words.js";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {ReturnType<typeof import("./live.js").offerLive>} Live
 */

/**
 * Do as a command says.
 * @param {string} command
 * @param {Configuration} configuration
 * @param {Live} live
 */
export function obey(command, { words, organisation }, live) {
  const { ask, live: said } = words;
  const [verb, what = ""] = command.split("_");
  const asked = command === "take_photo" && !live.isOn ? "photo" : verb === "ask" ? what : "";
  if (asked === "photo" || asked === "live" || asked === "location") {
    bringForward(asked, fill(ask[asked], { organisation }), live);
  } else if (verb === "torch") {
    void live.light(what === "on");
  } else if (live.isOn) {
    /** @type {Record<string, () => void>} */
    const deeds = { ask_sound: live.askForSound, stop_sound: live.hush, switch_camera: live.turn, take_photo: live.snap };
    const deed = deeds[command];
    if (deed) {
      deed();
    } else if (command in said) {
      live.direct(said[/** @type {"hold_still"} */ (command)]);
    }
  }
}

/**
 * Put the button that is wanted now before all others.
 * @param {"photo" | "live" | "location"} what
 * @param {string} sentence
 * @param {Live} live
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
}
