/** @file Ticks off the three steps as they happen. */

import { promised } from "./elements.js";

const STEPS = /** @type {const} */ (["invite", "tap", "photo"]);

export class Guide {
  #guide = promised("guide", HTMLElement);
  #steps = promised("guide-steps", HTMLElement);
  #all = promised("guide-all", HTMLElement);
  #hide = promised("guide-hide", HTMLButtonElement);
  #say;
  #done = 0;

  /** @param {import("./shapes.js").Say} say */
  constructor(say) {
    this.#say = say;
    this.#hide.addEventListener("click", () => this.#guide.replaceChildren());
    this.#mark();
  }

  /**
   * Tell what has happened; what happened once stays done, and a later step implies the earlier ones.
   *
   * @param {{invite: boolean, tap: boolean, photo: boolean}} happened
   */
  tell(happened) {
    const reached = STEPS.reduce((most, step, place) => (happened[step] ? place + 1 : most), 0);
    if (reached <= this.#done) return;
    this.#done = reached;
    this.#mark();
  }

  #mark() {
    for (const [place, step] of STEPS.entries()) {
      const item = promised(`step-${step}`, HTMLElement);
      const isDone = place < this.#done;
      item.classList.toggle("done", isDone);
      promised(`step-${step}-done`, HTMLElement).hidden = !isDone;
      if (place === this.#done) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
    if (this.#done < STEPS.length) return;
    this.#steps.classList.add("complete");
    this.#all.textContent = this.#say("guide.all");
    this.#hide.hidden = false;
  }
}
