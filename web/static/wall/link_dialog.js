/** @file Shows an invitation's link as a QR code, or as text where the browser does not let us copy it. */

import { promised, setText } from "./elements.js";

export class LinkDialog {
  #say;
  #dialog = promised("link", HTMLDialogElement);
  #title = promised("link-title", HTMLElement);
  #advice = promised("link-advice", HTMLElement);
  #code = promised("link-code", HTMLImageElement);
  #text = promised("link-text", HTMLInputElement);

  /** @param {import("./shapes.js").Say} say */
  constructor(say) {
    this.#say = say;
    promised("link-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#text.addEventListener("focus", () => this.#text.select());
    this.#dialog.addEventListener("close", () => {
      // The code and the text hold the key: they do not stay in the page.
      this.#code.removeAttribute("src");
      this.#text.value = "";
    });
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  showCode(invitation) {
    this.#open("qr", invitation.number);
    this.#code.src = `/api/invitations/${encodeURIComponent(invitation.id)}/qr.svg`;
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {string} link
   */
  showText(invitation, link) {
    this.#open("link", invitation.number);
    this.#text.value = link;
    this.#text.focus();
  }

  /**
   * @param {"qr" | "link"} kind
   * @param {number} number
   */
  #open(kind, number) {
    setText(this.#title, this.#say(`${kind}.title`, { number }));
    setText(this.#advice, this.#say(`${kind}.advice`));
    this.#code.alt = this.#say("qr.alternative", { number });
    this.#code.hidden = kind !== "qr";
    this.#text.hidden = kind !== "link";
    this.#dialog.showModal();
  }
}
