/** @file Invites a caller: one number, one press, never twice, and nothing typed is lost. */

import { Problem } from "./api.js";
import { copied } from "./clipboard.js";
import { make, promised, setAttribute, setText } from "./elements.js";

export class InviteForm {
  #needs;
  #form = promised("invite", HTMLFormElement);
  #number = promised("invite-number", HTMLInputElement);
  #language = promised("invite-language", HTMLSelectElement);
  #incident = promised("invite-incident", HTMLInputElement);
  #send = promised("invite-send", HTMLButtonElement);
  #linkOnly = promised("invite-link", HTMLButtonElement);
  #message = promised("invite-message", HTMLElement);
  #isBusy = false;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./api.js").Api} needs.api
   * @param {import("./register.js").Register} needs.register
   * @param {import("./link_dialog.js").LinkDialog} needs.linkDialog
   * @param {(sentence: string) => void} needs.announce
   * @param {(invitation: import("./shapes.js").Invitation) => void} needs.onInvited
   */
  constructor(needs) {
    this.#needs = needs;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#invite({ withMessage: true });
    });
    this.#linkOnly.addEventListener("click", () => void this.#invite({ withMessage: false }));
    this.#number.addEventListener("input", () => this.#clearProblem());
  }

  /** Give the keyboard to the number. */
  focus() {
    this.#number.focus();
    this.#number.select();
  }

  /** Let what is typed next come behind what stands in the number. */
  continueNumber() {
    this.#number.focus();
    this.#number.setSelectionRange(this.#number.value.length, this.#number.value.length);
  }

  /**
   * Put a number in, ready to be sent.
   *
   * @param {string} text
   */
  takeNumber(text) {
    this.#clearProblem();
    this.#number.value = text;
    this.continueNumber();
  }

  /**
   * Offer the languages that a citizen can be written to in: those of the team first, then all others by their names.
   *
   * @param {string[]} languages
   * @param {string[]} ofTeam
   */
  offerLanguages(languages, ofTeam) {
    const ours = document.documentElement.lang;
    const names = new Intl.DisplayNames([ours], { type: "language" });
    const chosen = this.#language.value;
    const own = make("option", "", { value: "" }, this.#needs.say("form.language_of_phone"));
    const options = languages.map((code) => make("option", "", { value: code }, capitalised(names.of(code) ?? code)));
    const isOfTeam = (/** @type {HTMLOptionElement} */ option) => ofTeam.includes(option.value);
    const others = options.filter((option) => !isOfTeam(option));
    const order = new Intl.Collator(ours);
    others.sort((one, other) => order.compare(one.text, other.text));
    this.#language.replaceChildren(own, ...options.filter(isOfTeam), make("hr"), ...others);
    this.#language.value = languages.includes(chosen) ? chosen : "";
  }

  /** @param {{withMessage: boolean}} choice */
  async #invite({ withMessage }) {
    if (this.#isBusy) return;
    this.#clearProblem();
    const to = this.#number.value.trim();
    if (withMessage && to === "") {
      this.#tellProblem(this.#needs.say("form.number_missing"), true);
      return;
    }
    this.#setBusy(withMessage ? this.#send : this.#linkOnly);
    try {
      const invitation = await this.#needs.api.invite({
        to: withMessage ? to : null,
        purpose: this.#purpose(),
        language: this.#language.value || null,
        incident: this.#incident.value.trim() || null,
      });
      await this.#invited(invitation, withMessage);
    } catch (error) {
      const isProblem = error instanceof Problem;
      const isOurNumber = isProblem && error.status === 422 && withMessage;
      this.#tellProblem(isProblem ? error.message : this.#needs.say("errors.ours"), isOurNumber);
    } finally {
      this.#setBusy(null);
    }
  }

  /**
   * @param {import("./shapes.js").Invitation & {link: string}} invitation
   * @param {boolean} withMessage
   */
  async #invited(invitation, withMessage) {
    const { say, register, linkDialog, announce, onInvited } = this.#needs;
    register.takeAnswer(invitation, 0);
    if (withMessage) this.#number.value = "";
    this.#incident.value = "";
    this.#language.value = "";
    onInvited(invitation);
    if (withMessage) {
      announce(say("form.invited", { number: invitation.number }));
    } else if (await copied(invitation.link)) {
      this.#tell(say("form.link_copied", { number: invitation.number }));
    } else {
      linkDialog.showText(invitation, invitation.link);
    }
  }

  #purpose() {
    const chosen = new FormData(this.#form).get("purpose");
    return typeof chosen === "string" ? chosen : "photo";
  }

  /** @param {HTMLButtonElement | null} pressed */
  #setBusy(pressed) {
    this.#isBusy = pressed !== null;
    // Not `disabled`: that would take the keyboard away from the button.
    for (const button of [this.#send, this.#linkOnly]) {
      setAttribute(button, "aria-disabled", pressed ? "true" : null);
      setAttribute(button, "aria-busy", button === pressed ? "true" : null);
    }
  }

  /** @param {string} sentence */
  #tell(sentence) {
    setText(this.#message, sentence);
    setAttribute(this.#message, "data-kind", null);
  }

  /**
   * @param {string} sentence
   * @param {boolean} isAboutNumber
   */
  #tellProblem(sentence, isAboutNumber) {
    setText(this.#message, sentence);
    setAttribute(this.#message, "data-kind", "problem");
    setAttribute(this.#number, "aria-invalid", isAboutNumber ? "true" : null);
    if (isAboutNumber) this.#number.focus();
  }

  #clearProblem() {
    this.#tell("");
    setAttribute(this.#number, "aria-invalid", null);
  }
}

/** @param {string} word */
function capitalised(word) {
  return word.charAt(0).toLocaleUpperCase(document.documentElement.lang) + word.slice(1);
}
