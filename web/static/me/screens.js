/** @file Makes links for wall screens, and shows and ends the screens that there are. */

import { Problem } from "../wall/asking.js";
import { copied } from "../wall/clipboard.js";
import { promised, setText } from "../wall/elements.js";
import { Rows } from "./rows.js";
import { sessionRow } from "./sessions.js";

export class Screens {
  #needs;
  #rows = new Rows(promised("screens", HTMLElement));
  #none = promised("screens-none", HTMLElement);
  #name = promised("screen-name", HTMLInputElement);
  #place = promised("screen-link", HTMLElement);
  #label = promised("screen-link-label", HTMLElement);
  #link = promised("screen-link-text", HTMLInputElement);
  #changed = async () => {};

  /** @param {import("./needs.js").MeNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
    promised("screen-make", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#make();
    });
    promised("screen-link-copy", HTMLButtonElement).addEventListener("click", () => void this.#copy());
    this.#link.addEventListener("focus", () => this.#link.select());
  }

  /** @param {() => Promise<void>} changed called when a screen was ended */
  listen(changed) {
    this.#changed = changed;
  }

  /** @param {import("./needs.js").SessionShape[]} screens */
  put(screens) {
    this.#none.hidden = screens.length > 0;
    this.#rows.show(
      screens.map((screen) => sessionRow(screen, this.#needs, { withName: true, end: () => this.#end(screen.id) })),
    );
  }

  async #make() {
    const { ask, say, tell } = this.#needs;
    const name = this.#name.value.trim();
    try {
      const { link } = await ask("POST", "/api/organisation/screens", { name });
      setText(this.#label, say("screens.link", { name }));
      this.#link.value = link;
      this.#place.hidden = false;
      this.#name.value = "";
      tell("");
      promised("screen-link-copy", HTMLButtonElement).focus();
    } catch (error) {
      if (error instanceof Problem) tell(error.message, true);
    }
  }

  async #copy() {
    const { say, tell } = this.#needs;
    if (await copied(this.#link.value)) {
      tell(say("screens.copied"));
      return;
    }
    this.#link.focus();
    tell(say("screens.copy_by_hand"), true);
  }

  /** @param {string} id */
  async #end(id) {
    const { ask, say, tell } = this.#needs;
    try {
      await ask("POST", `/api/organisation/sessions/${encodeURIComponent(id)}/end`, {});
      tell(say("sessions.ended"));
      await this.#changed();
    } catch (error) {
      if (error instanceof Problem) tell(error.message, true);
    }
  }
}
