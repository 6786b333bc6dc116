/** @file Shows the single-use code by which a team chat begins to follow the organisation. */

import { copied } from "./clipboard.js";
import { promised, setText } from "./elements.js";

export class EnrolDialog {
  #needs;
  #dialog = promised("enrol", HTMLDialogElement);
  #command = promised("enrol-command", HTMLInputElement);
  #fault = promised("enrol-fault", HTMLElement);
  #copy = promised("enrol-copy", HTMLButtonElement);

  /**
   * @param {{
   *   say: import("./shapes.js").Say,
   *   api: import("./api.js").Api,
   *   announce: (sentence: string) => void,
   * }} needs
   */
  constructor(needs) {
    this.#needs = needs;
    promised("enrol-open", HTMLButtonElement).addEventListener("click", () => void this.#open());
    promised("enrol-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#copy.addEventListener("click", () => void this.#copyCommand());
    this.#command.addEventListener("focus", () => this.#command.select());
    this.#dialog.addEventListener("close", () => {
      this.#command.value = "";
    });
  }

  async #open() {
    this.#fault.hidden = true;
    this.#command.value = "";
    this.#copy.disabled = true;
    this.#dialog.showModal();
    try {
      const { code } = await this.#needs.api.chatCode();
      this.#command.value = `/enrol ${code}`;
      this.#copy.disabled = false;
      this.#command.focus();
    } catch (error) {
      setText(this.#fault, error instanceof Error ? error.message : String(error));
      this.#fault.hidden = false;
    }
  }

  async #copyCommand() {
    const { say, announce } = this.#needs;
    if (await copied(this.#command.value)) announce(say("enrol.copied"));
    else this.#command.select();
  }
}
