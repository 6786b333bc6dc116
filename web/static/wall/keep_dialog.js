/** @file Asks a supervisor why a photo is kept longer, and until when; and ends that. */

import { Problem } from "./asking.js";
import { promised, setText } from "./elements.js";

const DAY = 86_400_000;
/** How many days are proposed. */
const USUAL = 30;

export class KeepDialog {
  #needs;
  #dialog = promised("keep", HTMLDialogElement);
  #form = promised("keep-form", HTMLFormElement);
  #reason = promised("keep-reason", HTMLInputElement);
  #until = promised("keep-until", HTMLInputElement);
  #end = promised("keep-end", HTMLButtonElement);
  #fault = promised("keep-fault", HTMLElement);
  #photo = "";
  #isBusy = false;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./api.js").Api} needs.api
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    const { api } = needs;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const end = new Date(`${this.#until.value}T23:59:59`);
      const until = Number.isNaN(end.getTime()) ? "" : end.toISOString();
      void this.#do(() => api.keep(this.#photo, this.#reason.value, until), "keep.done");
    });
    this.#end.addEventListener("click", () => void this.#do(() => api.keepNoLonger(this.#photo), "keep.ended"));
    promised("keep-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
  }

  /** @param {import("./shapes.js").Photo} photo */
  open(photo) {
    this.#photo = photo.id;
    const { kept } = photo;
    this.#reason.value = kept?.reason ?? "";
    this.#until.value = dayOf(kept ? Date.parse(photo.expires_at) : Date.now() + USUAL * DAY);
    this.#until.min = dayOf(Date.now());
    this.#end.hidden = !kept;
    setText(this.#fault, "");
    this.#dialog.showModal();
    this.#reason.focus();
  }

  /**
   * @param {() => Promise<unknown>} act
   * @param {string} done
   */
  async #do(act, done) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const { say, announce } = this.#needs;
    try {
      await act();
      this.#dialog.close();
      announce(say(done));
    } catch (error) {
      setText(this.#fault, error instanceof Problem ? error.message : say("errors.ours"));
    } finally {
      this.#isBusy = false;
    }
  }
}

/** @param {number} moment in milliseconds; the day is that of this browser */
function dayOf(moment) {
  const at = new Date(moment);
  return new Date(moment - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}
