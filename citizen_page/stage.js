/** Builds what the live video needs on the page: the picture, its signs, and all that can be done with it. */

import { find } from "./element.js";
import { draw, drawing, make, style } from "./making.js";
import rules from "./live.css";

const TURNING = "M4 11a8 8 0 0 1 14-4l3 3m0-6v6h-6m5 3a8 8 0 0 1-14 4l-3-3m0 6v-6h6";
const MICROPHONE = "M9 5a3 3 0 0 1 6 0v6a3 3 0 0 1-6 0zm-4 6a7 7 0 0 0 14 0m-7 7v3";

/**
 * Build it around the sentence and the picture that are there already.
 * @param {import("./words.js").LaterWords["screen"]} said
 */
export function buildStage(said) {
  style(rules);
  /** @param {string} shape */
  const icon = (shape) => drawing(draw("path", { d: shape }));
  const video = make("video", { id: "preview" });
  video.muted = video.playsInline = true;
  // Old iPhones look at the attributes alone.
  video.setAttribute("muted", "");
  video.setAttribute("playsinline", "");
  const hush = make("button", { id: "hush", hidden: true }, icon(MICROPHONE));
  hush.setAttribute("aria-label", said.hush);
  const live = find("live");
  live.setAttribute("aria-label", said.name);
  live.prepend(
    make(
      "div",
      { id: "stage" },
      video,
      make("p", { kind: "sign", text: said.sign }),
      hush,
      make("p", { id: "direction", hidden: true }),
    ),
  );
  live.append(
    make("button", { id: "copy", kind: "button", text: said.copy_link, hidden: true }),
    make(
      "div",
      { id: "sound", hidden: true },
      make("p", { text: said.sound }),
      make("button", { id: "allow", kind: "button" }, icon(MICROPHONE), said.allow),
      make("button", { id: "deny", kind: "button", text: said.deny }),
    ),
    make(
      "div",
      { id: "controls" },
      make("button", { id: "turn", kind: "button" }, icon(TURNING), said.turn),
      make("button", { id: "snap", kind: "button" }, document.querySelector(".take svg")?.cloneNode(true) ?? "", said.snap),
      make("button", { id: "stop", kind: "button", text: said.stop }),
    ),
  );
}
