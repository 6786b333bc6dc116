/** @file Shows how many credits are left: quietly, in amber when few, and with a sentence when none. */

import { promised, setAttribute, setText } from "./elements.js";

/** So few are worth a second look. */
const FEW = 5;

export class Credits {
  #say;
  #place = promised("credits", HTMLElement);
  #none = promised("credits-none", HTMLElement);

  /** @param {import("./shapes.js").Say} say */
  constructor(say) {
    this.#say = say;
  }

  /** @param {number} count */
  tell(count) {
    const kind = count <= 0 ? "none" : count <= FEW ? "few" : "enough";
    setText(this.#place, this.#say(kind === "few" ? "credits.low" : "credits.left", { count }));
    setAttribute(this.#place, "data-kind", kind);
    this.#place.hidden = false;
    setText(this.#none, kind === "none" ? this.#say("credits.none") : "");
    this.#none.hidden = kind !== "none";
  }
}
