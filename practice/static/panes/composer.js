/** @file Is where one writes: Enter sends, and the very first time an example waits to be sent. */

import { Commands } from "./commands.js";
import { promised } from "./elements.js";

/** A number of the kind that the practice organisation's region writes. */
export const EXAMPLE = "/invite 0470 12 34 56";

export class Composer {
  #form = promised("composer", HTMLFormElement);
  #input = promised("composer-text", HTMLInputElement);
  #try = promised("try", HTMLButtonElement);
  #replying = promised("replying", HTMLElement);
  #say;
  #send;
  #commands;
  /** @type {number | null} */
  #replyTo = null;
  /** @type {Promise<unknown>} what is said is said in order */
  #sending = Promise.resolve();

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {(text: string, replyTo: number | null) => Promise<boolean>} needs.send tells whether it was said
   */
  constructor({ say, send }) {
    this.#say = say;
    this.#send = send;
    this.#commands = new Commands(this.#input, say, (text) => {
      this.#input.value = text;
      this.focus();
    });
    promised("try-text", HTMLElement).textContent = EXAMPLE;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#try.addEventListener("click", () => {
      this.#utter(EXAMPLE);
      this.focus();
    });
    promised("replying-stop", HTMLButtonElement).addEventListener("click", () => this.#stopReplying());
    this.#input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.#stopReplying();
    });
  }

  focus() {
    this.#input.focus();
  }

  /** @param {boolean} isWanted */
  offerExample(isWanted) {
    this.#try.hidden = !isWanted;
    this.#input.placeholder = isWanted ? EXAMPLE : this.#say("chat.write");
  }

  /** @param {{id: number, name: string, text: string}} message */
  replyTo({ id, name, text }) {
    this.#replyTo = id;
    promised("replying-name", HTMLElement).textContent = this.#say("chat.replying", { name });
    promised("replying-text", HTMLElement).textContent = text;
    this.#replying.hidden = false;
    this.focus();
  }

  #stopReplying() {
    if (this.#replyTo === null) return;
    this.#replyTo = null;
    this.#replying.hidden = true;
    this.focus();
  }

  #submit() {
    const typed = this.#input.value.trim();
    if (typed) this.#utter(typed);
    else if (!this.#try.hidden) this.#utter(EXAMPLE);
  }

  /** @param {string} text */
  #utter(text) {
    const replyTo = this.#replyTo;
    this.#input.value = "";
    this.#commands.close();
    this.#stopReplying();
    // Once: a second press of Enter must not invite a second time.
    this.#try.hidden = true;
    this.#sending = this.#sending.then(async () => {
      const isSaid = await this.#send(text, replyTo);
      if (!isSaid && this.#input.value === "") this.#input.value = text;
    });
  }
}
