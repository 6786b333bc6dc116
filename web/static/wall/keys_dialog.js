/** @file Shows every key that the photowall listens to. */

import { promised } from "./elements.js";

export class KeysDialog {
  #dialog = promised("keys", HTMLDialogElement);

  constructor() {
    promised("keys-open", HTMLButtonElement).addEventListener("click", () => this.show());
    promised("keys-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("keydown", (event) => {
      if (event.key !== "?") return;
      event.preventDefault();
      event.stopPropagation();
      this.#dialog.close();
    });
  }

  show() {
    this.#dialog.showModal();
  }
}
