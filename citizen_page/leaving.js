/** Lets a person stop everything and leave, at once, with a way back. */

import { takeLeave } from "./attending.js";
import { find } from "./element.js";

/**
 * Make the button work.
 * @param {import("./words.js").Words["left"]} said
 * @param {(sentence: string) => void} onEnd ends and clears all that the page does, and says why
 */
export function leaveOnTap(said, onEnd) {
  find("leave").onclick = () => {
    find("ended").querySelector("h1")?.replaceChildren(said.heading);
    find("again").hidden = false;
    onEnd(said.sentence);
    void takeLeave();
  };
}
