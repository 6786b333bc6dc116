/** @file Draws one invitation's ladder: its rungs side by side, with the seconds of each. */

import { make, setAttribute, setText } from "./elements.js";

/** @typedef {{item: HTMLLIElement, name: HTMLElement, by: HTMLElement, time: HTMLElement, state: HTMLElement}} DrawnRung */

export class Ladder {
  #say;
  #sayLadder;
  #times;
  /** @type {Map<string, DrawnRung>} */
  #rungs = new Map();

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./shapes.js").Say} needs.sayLadder
   * @param {import("./times.js").Times} needs.times
   */
  constructor({ say, sayLadder, times }) {
    this.#say = say;
    this.#sayLadder = sayLadder;
    this.#times = times;
    this.element = make("ol", "ladder", { "aria-label": say("card.ladder") });
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  update(invitation) {
    const { ladder } = invitation;
    const current = ladder.findIndex((rung) => rung.rung === invitation.rung);
    const next = invitation.state === "open" ? current + 1 : -1;
    setAttribute(this.element, "data-rungs", String(ladder.length));
    for (const [index, rung] of ladder.entries()) {
      const state =
        index === current ? "current" : rung.at !== null ? "reached" : index < current ? "skipped" : "ahead";
      const isUncertain = rung.rung === "page_loaded" && invitation.perhaps_a_scanner;
      this.#update(rung, state, index === next, isUncertain);
      if (rung.rung === "sms_accepted") this.#tellProvider(rung, invitation.sms.provider);
    }
    const rungs = new Set(ladder.map((rung) => rung.rung));
    for (const [name, drawn] of this.#rungs) {
      if (rungs.has(name)) continue;
      drawn.item.remove();
      this.#rungs.delete(name);
    }
  }

  /**
   * @param {import("./shapes.js").Rung} rung
   * @param {"current" | "reached" | "skipped" | "ahead"} state
   * @param {boolean} isNext
   * @param {boolean} isUncertain
   */
  #update(rung, state, isNext, isUncertain) {
    const drawn = this.#rungs.get(rung.rung) ?? this.#draw(rung.rung);
    setAttribute(drawn.item, "data-state", state);
    setAttribute(drawn.item, "data-next", isNext ? "" : null);
    setAttribute(drawn.item, "data-uncertain", isUncertain ? "" : null);
    setAttribute(drawn.item, "aria-current", state === "current" ? "step" : null);
    setText(drawn.time, rung.seconds === null ? "" : this.#times.brief(rung.seconds));
    const remark = isUncertain ? "perhaps_a_scanner" : state;
    setText(drawn.state, `, ${this.#say(`card.rung_${remark}`)}`);
  }

  /**
   * @param {import("./shapes.js").Rung} rung
   * @param {string | null} provider
   */
  #tellProvider({ rung, at }, provider) {
    const drawn = this.#rungs.get(rung);
    // The outbox is this machine: nobody was paid to accept anything.
    const isWorthSaying = at !== null && provider !== null && provider !== "outbox";
    if (drawn) setText(drawn.by, isWorthSaying ? capitalised(provider) : "");
  }

  /** @param {string} rung */
  #draw(rung) {
    const drawn = {
      name: make("span", "rung-name", {}, this.#sayLadder(`rungs.${rung}`)),
      by: make("span", "rung-by"),
      time: make("span", "rung-time"),
      state: make("span", "unseen"),
      item: make("li", "rung", { "data-rung": rung }),
    };
    drawn.item.append(make("span", "rung-dot", { "aria-hidden": "true" }), drawn.name, " ", drawn.by, drawn.state, drawn.time);
    this.#rungs.set(rung, drawn);
    this.element.append(drawn.item);
    return drawn;
  }
}

/** @param {string} word */
function capitalised(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
