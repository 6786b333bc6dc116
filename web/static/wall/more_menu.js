/** @file Holds what is seldom done with a photo: print it, keep it longer, take it into quarantine. */

import { Problem } from "./asking.js";
import { button, twoStepButton } from "./buttons.js";
import { promised, setAttribute, setText } from "./elements.js";
import { KeepDialog } from "./keep_dialog.js";
import { PrintSheet } from "./print_sheet.js";

export class MoreMenu {
  #needs;
  #opener = promised("view-more", HTMLButtonElement);
  #list = promised("view-more-list", HTMLElement);
  #fault = promised("view-more-fault", HTMLElement);
  #print;
  #keep;
  #quarantine;
  #sheet;
  #dialog;
  /** @type {import("./shapes.js").Photo | null} */
  #photo = null;
  /** @type {import("./shapes.js").Invitation | null} */
  #invitation = null;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./api.js").Api} needs.api
   * @param {import("./register.js").Register} needs.register
   * @param {import("./shapes.js").Me} needs.me
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    const { say, announce, me } = needs;
    this.#sheet = new PrintSheet(needs);
    this.#dialog = new KeepDialog(needs);
    this.#print = button(say("view.print"), "sheet");
    this.#print.addEventListener("click", () => void this.print());
    this.#keep = button(say("keep.open"), "lock");
    this.#keep.hidden = me.role !== "supervisor";
    this.#keep.addEventListener("click", () => this.keep());
    this.#quarantine = twoStepButton({
      label: say("quarantine.act"),
      sure: say("quarantine.sure"),
      again: say("quarantine.again"),
      sign: "hide",
      act: () => this.#seal(),
      announce: (sentence) => {
        announce(sentence);
        setText(this.#fault, sentence);
        this.#fault.scrollIntoView({ block: "nearest" });
      },
    });
    this.#quarantine.addEventListener("blur", () => setText(this.#fault, ""));
    this.#quarantine.classList.add("view-quarantine");
    this.#list.append(this.#print, this.#keep, this.#quarantine);
    this.#opener.addEventListener("click", () => this.#open(this.#list.hidden === true));
  }

  /**
   * @param {import("./shapes.js").Photo} photo
   * @param {import("./shapes.js").Invitation | null} invitation
   */
  show(photo, invitation) {
    if (this.#photo?.id !== photo.id) this.close();
    this.#photo = photo;
    this.#invitation = invitation;
    this.#opener.hidden = false;
    this.#print.hidden = photo.state !== "shown";
    setText(this.#keep.querySelector(".label") ?? this.#keep, this.#needs.say(photo.kept ? "keep.change" : "keep.open"));
  }

  /** Show nothing to do: the photo is gone. */
  hide() {
    this.close();
    this.#photo = null;
    this.#opener.hidden = true;
  }

  close() {
    setText(this.#fault, "");
    this.#open(false);
  }

  async print() {
    const photo = this.#photo;
    if (!photo || photo.state !== "shown") return;
    setText(this.#fault, "");
    try {
      await this.#sheet.print(photo, this.#invitation);
    } catch (error) {
      this.#tell(error);
    }
  }

  keep() {
    if (this.#photo && this.#needs.me.role === "supervisor") this.#dialog.open(this.#photo);
  }

  /** Ask whether to take the photo into quarantine; the second press does it. */
  quarantine() {
    if (!this.#photo) return;
    this.#open(true);
    this.#quarantine.focus();
    if (!this.#quarantine.classList.contains("is-asking")) this.#quarantine.click();
  }

  async #seal() {
    const photo = this.#photo;
    if (!photo) return;
    const { api, register, say, announce } = this.#needs;
    try {
      await api.quarantine(photo.id);
      announce(say("quarantine.done"));
      register.drop(photo.id);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** @param {boolean} isOpen */
  #open(isOpen) {
    this.#list.hidden = !isOpen;
    setAttribute(this.#opener, "aria-expanded", String(isOpen));
    if (isOpen) this.#list.scrollIntoView({ block: "nearest" });
  }

  /** @param {unknown} error */
  #tell(error) {
    this.#open(true);
    setText(this.#fault, error instanceof Problem ? error.message : this.#needs.say("errors.ours"));
  }
}
