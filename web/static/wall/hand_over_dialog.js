/** @file Asks who looks after an invitation from now on, and says so to everybody. */

import { Problem } from "./asking.js";
import { make, promised, setText } from "./elements.js";

export class HandOverDialog {
  #needs;
  #dialog = make("dialog", "small-dialog hand-dialog", { "aria-labelledby": "hand-title" });
  #title = make("h2", "", { id: "hand-title" });
  #now = make("p", "muted");
  #take = make("button", "button primary", { type: "button" });
  #colleagues = make("ul", "colleagues");
  #other = make("input", "", { type: "text", id: "hand-other", maxlength: "40", autocomplete: "off" });
  #fault = make("p", "fault", { role: "alert" });
  /** @type {import("./shapes.js").Invitation | null} */
  #invitation = null;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.saySharing
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./api.js").Api} needs.api
   * @param {import("./register.js").Register} needs.register
   * @param {string} needs.ourName
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    const { saySharing, ourName } = needs;
    setText(this.#take, saySharing("take"));
    this.#take.addEventListener("click", () => void this.#hand(ourName));
    this.#colleagues.setAttribute("aria-label", saySharing("to"));
    const form = make("form", "hand-form", { novalidate: "" });
    const send = make("button", "button", { type: "submit" }, saySharing("hand"));
    form.append(make("label", "muted", { for: "hand-other" }, saySharing("to_other")), this.#other, send);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = this.#other.value.trim();
      if (name) void this.#hand(name);
      else this.#other.focus();
    });
    const close = make("button", "button", { type: "button" }, saySharing("close"));
    close.addEventListener("click", () => this.#dialog.close());
    this.#dialog.append(this.#title, this.#now, this.#take, this.#colleagues, form, this.#fault, close);
    promised("desk", HTMLElement).append(this.#dialog);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  show(invitation) {
    const { saySharing, ourName } = this.#needs;
    this.#invitation = invitation;
    setText(this.#title, saySharing("hand_title", { number: invitation.number }));
    setText(this.#now, saySharing("hand_now", { name: invitation.responsible }));
    this.#take.hidden = invitation.responsible === ourName;
    this.#fault.hidden = true;
    this.#other.value = "";
    this.#colleagues.replaceChildren();
    this.#dialog.showModal();
    void this.#name(invitation);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  async #name(invitation) {
    const { api, ourName } = this.#needs;
    try {
      const names = await api.colleagues();
      if (this.#invitation !== invitation) return;
      const others = names.filter((name) => name !== ourName && name !== invitation.responsible);
      this.#colleagues.replaceChildren(...others.map((name) => this.#colleague(name)));
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {string} name */
  #colleague(name) {
    const made = make("button", "button", { type: "button" }, name);
    made.addEventListener("click", () => void this.#hand(name));
    return make("li", "", {}, made);
  }

  /** @param {string} name */
  async #hand(name) {
    const { api, register, saySharing, ourName, announce } = this.#needs;
    const invitation = this.#invitation;
    if (!invitation) return;
    this.#fault.hidden = true;
    try {
      const before = register.numberOf(invitation.id);
      register.takeAnswer(await api.handOver(invitation.id, name), before);
      this.#dialog.close();
      const { number } = invitation;
      announce(name === ourName ? saySharing("taken_announced", { number }) : saySharing("handed", { number, name }));
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {unknown} error */
  #tell(error) {
    setText(this.#fault, error instanceof Problem ? error.message : this.#needs.say("errors.ours"));
    this.#fault.hidden = false;
  }
}
