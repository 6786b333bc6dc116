/** @file Shows where the citizen's phone says it is, how exactly, how long ago, and copies it. */

import { actingButton, button } from "./buttons.js";
import { copied } from "./clipboard.js";
import { written } from "./coordinates.js";
import { make, setText } from "./elements.js";

export class LocationLine {
  #needs;
  /** @type {import("./shapes.js").Place | null} */
  #place = null;
  #coordinates = make("span", "coordinates");
  #remark = make("span", "muted");

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./clock.js").Clock} needs.clock
   * @param {import("./shapes.js").Say} needs.sayMap
   * @param {() => void} needs.onMap shows it on the map
   */
  constructor(needs) {
    this.#needs = needs;
    const { say } = needs;
    const copy = actingButton({
      label: say("card.copy_location"),
      done: say("card.copied"),
      sign: "copy",
      act: () => this.#copy(),
    });
    const words = make("p", "", {}, make("span", "muted", {}, `${say("card.location")} `), this.#coordinates, this.#remark);
    const onMap = button(needs.sayMap("open"), "pin");
    onMap.addEventListener("click", () => needs.onMap());
    this.element = make("div", "location", {}, words, onMap, copy);
    this.element.hidden = true;
  }

  /** @param {import("./shapes.js").Place | null} place */
  update(place) {
    this.#place = place;
    this.element.hidden = place === null;
    this.tell();
  }

  /** Write its age at this second. */
  tell() {
    if (!this.#place) return;
    const { say, times, clock } = this.#needs;
    const age = times.ago(this.#place.at, clock.now());
    const { accuracy } = this.#place;
    const metres = accuracy === null ? "" : `${say("card.accuracy", { metres: Math.round(accuracy) })} · `;
    setText(this.#coordinates, written(this.#place));
    setText(this.#remark, ` ${metres}${age}`);
  }

  async #copy() {
    if (!this.#place) return false;
    if (await copied(written(this.#place))) return true;
    // What the browser will not copy for us is at least marked, ready for Ctrl C.
    window.getSelection()?.selectAllChildren(this.#coordinates);
    return false;
  }
}
