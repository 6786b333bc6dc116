/** @file Has each reveal written down, tells the person quietly how many it were, and lets everyone choose the blur. */

import { Problem } from "./asking.js";
import { make, promised, setText } from "./elements.js";

/** The most open first. @type {readonly import("./hiding.js").Blurring[]} */
const BLURRINGS = ["shown", "until_revealed", "always"];
/** Waits, in milliseconds, before a reveal that nobody heard of is told again. */
const AGAIN = [1000, 4000, 15_000];

export class Reveals {
  #needs;
  #count = promised("revealed", HTMLElement);
  #select = promised("blurring", HTMLSelectElement);
  /** @type {import("./hiding.js").Blurring} */
  #organisations;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./api.js").Api} needs.api
   * @param {import("./hiding.js").Hiding} needs.hiding
   * @param {import("./register.js").Register} needs.register
   * @param {import("./hiding.js").Blurring} needs.blurring of the organisation
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    this.#organisations = needs.blurring;
    needs.hiding.listenForReveals((id) => {
      // Live video is hidden and revealed likewise, and is no photo.
      if (needs.register.photo(id)) void this.#note(id, 0);
    });
    this.#select.addEventListener("change", () => void this.#choose());
  }

  /** Learn what holds for this person; until then pictures stay hidden. */
  async load() {
    try {
      this.#take(await this.#needs.api.blurred());
    } catch {
      this.#offer(null);
      this.#needs.hiding.choose(this.#organisations);
    }
  }

  /** @param {import("./shapes.js").Blurred} blurred */
  #take({ organisation, own, holds, revealed }) {
    this.#organisations = organisation;
    this.#offer(own);
    this.#tell(revealed);
    this.#needs.hiding.choose(holds);
  }

  /** @param {import("./hiding.js").Blurring | null} own */
  #offer(own) {
    const { say } = this.#needs;
    const least = BLURRINGS.indexOf(this.#organisations);
    const offered = BLURRINGS.slice(least);
    this.#select.replaceChildren(...offered.map((one) => make("option", "", { value: one }, say(`blurring.${one}`))));
    this.#select.value = own && offered.includes(own) ? own : this.#organisations;
    this.#select.disabled = offered.length < 2;
  }

  async #choose() {
    const chosen = /** @type {import("./hiding.js").Blurring} */ (this.#select.value);
    const { api, announce } = this.#needs;
    try {
      this.#take(await api.chooseBlurring(chosen === this.#organisations ? null : chosen));
    } catch (error) {
      announce(error instanceof Error ? error.message : String(error));
      await this.load();
    }
  }

  /**
   * @param {string} id
   * @param {number} failures
   */
  async #note(id, failures) {
    try {
      const { revealed } = await this.#needs.api.reveal(id);
      this.#tell(revealed);
    } catch (error) {
      const wait = AGAIN[failures];
      // Too many at once, or records that are away, is no refusal: it has yet to be written down.
      const isRefused = error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429;
      if (wait !== undefined && !isRefused) setTimeout(() => void this.#note(id, failures + 1), wait);
    }
  }

  /** @param {number} revealed */
  #tell(revealed) {
    this.#count.hidden = revealed === 0;
    setText(this.#count, this.#needs.say("photo.revealed", { count: revealed }));
  }
}
