/** @file Asks once more before something cannot be taken back. */

import { promised, setText } from "../wall/elements.js";

export class Sure {
  #dialog = promised("sure", HTMLDialogElement);
  #question = promised("sure-question", HTMLElement);
  #yes = promised("sure-yes", HTMLButtonElement);
  /** @type {(isSure: boolean) => void} */
  #answer = () => {};

  constructor() {
    promised("sure-no", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#yes.addEventListener("click", () => {
      this.#answer(true);
      this.#dialog.close();
    });
    this.#dialog.addEventListener("close", () => this.#answer(false));
  }

  /**
   * @param {string} question
   * @param {string} yes what the button says that does it
   * @returns {Promise<boolean>}
   */
  ask(question, yes) {
    setText(this.#question, question);
    setText(this.#yes, yes);
    this.#dialog.showModal();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }
}
