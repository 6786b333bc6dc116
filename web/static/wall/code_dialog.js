/** @file Shows the code to read to a caller whom no message reaches, and how long it is good for. */

import { Problem } from "./api.js";
import { make, promised, setAttribute, setText } from "./elements.js";

/** Milliseconds by which the two clocks may differ. */
const CLOCKS = 2000;

/** @typedef {import("./shapes.js").SpokenCode & {invitation: string, heardAt: number}} Shown */

export class CodeDialog {
  #needs;
  /** @type {import("./shapes.js").Invitation | null} */
  #invitation = null;
  /** @type {Map<string, Shown>} codes that may still be typed: whoever closes the dialog does not end them */
  #codes = new Map();
  #isBusy = false;
  #dialog = promised("spoken", HTMLDialogElement);
  #title = promised("spoken-title", HTMLElement);
  #sentence = promised("spoken-say", HTMLElement);
  #digits = promised("spoken-digits", HTMLElement);
  #left = promised("spoken-left", HTMLElement);
  #fault = promised("spoken-fault", HTMLElement);
  #another = promised("spoken-new", HTMLButtonElement);

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./clock.js").Clock} needs.clock
   * @param {import("./api.js").Api} needs.api
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    promised("spoken-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#another.addEventListener("click", () => void this.#make());
    this.#dialog.addEventListener("close", () => {
      this.#invitation = null;
      this.#draw(null);
    });
    needs.clock.everySecond(() => this.#tick());
  }

  /**
   * Show the invitation's code; one that is still good is shown again, because the caller may be typing it.
   *
   * @param {import("./shapes.js").Invitation} invitation
   */
  show(invitation) {
    this.#invitation = invitation;
    this.#fault.hidden = true;
    setText(this.#title, this.#needs.say("code.title", { number: invitation.number }));
    this.#dialog.showModal();
    const known = this.#codes.get(invitation.id);
    if (known && this.#millisecondsLeft(known) > 0) this.#draw(known);
    else void this.#make();
  }

  /**
   * Learn from the journal that a code was typed, or that somebody else has made a newer one.
   *
   * @param {import("./shapes.js").JournalEvent} event
   */
  takeEvent(event) {
    const id = event.invitation?.id;
    const known = id === undefined ? undefined : this.#codes.get(id);
    if (!known) return;
    const isTyped = event.kind === "OpenedByCode";
    const isReplaced = event.kind === "CodeShown" && Date.parse(event.at) > known.heardAt + CLOCKS;
    if (!isTyped && !isReplaced && event.invitation?.state === "open") return;
    this.#codes.delete(known.invitation);
    if (this.#invitation?.id !== known.invitation) return;
    this.#end(isTyped ? "code.used" : "code.over", isTyped ? "used" : "over");
  }

  async #make() {
    const invitation = this.#invitation;
    if (this.#isBusy || !invitation) return;
    const { api, clock, say } = this.#needs;
    this.#isBusy = true;
    this.#fault.hidden = true;
    setAttribute(this.#another, "aria-busy", "true");
    if (!this.#codes.has(invitation.id)) setText(this.#sentence, say("code.making"));
    try {
      const made = await api.code(invitation.id);
      const shown = { ...made, invitation: invitation.id, heardAt: clock.now() };
      this.#codes.set(invitation.id, shown);
      if (this.#invitation?.id === invitation.id) this.#draw(shown);
    } catch (error) {
      setText(this.#fault, error instanceof Problem ? error.message : say("errors.ours"));
      this.#fault.hidden = false;
      if (!this.#codes.has(invitation.id)) setText(this.#sentence, "");
    } finally {
      this.#isBusy = false;
      setAttribute(this.#another, "aria-busy", null);
    }
    // Another invitation was asked for while this one's code was under way.
    if (this.#invitation && this.#invitation.id !== invitation.id && !this.#codes.has(this.#invitation.id)) void this.#make();
  }

  /** @param {Shown | null} shown */
  #draw(shown) {
    const groups = shown ? halves(shown.code) : [];
    this.#digits.replaceChildren(...groups.map((group) => make("span", "digits", {}, group)));
    this.#digits.hidden = shown === null;
    setAttribute(this.#digits, "aria-label", shown ? [...shown.code].join(" ") : null);
    setText(this.#left, "");
    setAttribute(this.#dialog, "data-kind", null);
    if (!shown) {
      setText(this.#sentence, "");
      return;
    }
    const sentence = this.#needs.say("code.say", { address: shown.address, code: groups.join("\u00a0") });
    setText(this.#sentence, sentence);
    this.#needs.announce(sentence);
    this.#tick();
  }

  #tick() {
    const shown = this.#invitation ? this.#codes.get(this.#invitation.id) : undefined;
    if (!shown || this.#digits.hidden) return;
    const left = this.#millisecondsLeft(shown);
    if (left > 0) setText(this.#left, this.#needs.say("code.left", { span: this.#needs.times.span(left / 1000) }));
    else {
      this.#codes.delete(shown.invitation);
      this.#end("code.over", "over");
    }
  }

  /**
   * @param {string} sentence
   * @param {"used" | "over"} kind
   */
  #end(sentence, kind) {
    setText(this.#left, this.#needs.say(sentence));
    setAttribute(this.#dialog, "data-kind", kind);
    this.#needs.announce(this.#needs.say(sentence));
  }

  /** @param {Shown} shown */
  #millisecondsLeft(shown) {
    return Date.parse(shown.expires_at) - this.#needs.clock.now();
  }
}

/**
 * A code in two halves, as it is read aloud.
 *
 * @param {string} code
 */
function halves(code) {
  const middle = Math.ceil(code.length / 2);
  return [code.slice(0, middle), code.slice(middle)];
}
