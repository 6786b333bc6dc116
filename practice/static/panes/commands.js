/** @file Suggests the bot's commands to whoever begins to type one. */

import { make, promised } from "./elements.js";

/** Each command, the key of its explanation, and what is typed after it. */
const COMMANDS = /** @type {const} */ ([
  ["/invite", "invite", true],
  ["/link", "link", true],
  ["/list", "list_open", false],
  ["/say", "say", true],
  ["/ask", "ask", false],
  ["/close", "close", true],
  ["/wall", "wall", false],
  ["/help", "help", false],
]);

export class Commands {
  #list = promised("commands", HTMLUListElement);
  #input;
  #say;
  #choose;
  #chosen = -1;

  /**
   * @param {HTMLInputElement} input
   * @param {import("./shapes.js").Say} say
   * @param {(text: string) => void} choose
   */
  constructor(input, say, choose) {
    this.#input = input;
    this.#say = say;
    this.#choose = choose;
    input.addEventListener("input", () => this.#suggest());
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => {
      if (!event.isComposing && this.#onKey(event.key)) event.preventDefault();
    });
  }

  close() {
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#mark(-1);
    this.#input.setAttribute("aria-expanded", "false");
  }

  #suggest() {
    const typed = this.#input.value.toLowerCase();
    const fitting = typed.startsWith("/") ? COMMANDS.filter(([name]) => name.startsWith(typed)) : [];
    if (fitting.length === 0) {
      this.close();
      return;
    }
    this.#list.replaceChildren(
      ...fitting.map(([name, meaning, hasMore]) => {
        const words = this.#say(`chat.commands.${meaning}`);
        const option = make("li", "command", { role: "option", id: `command-${meaning}`, "aria-selected": "false" });
        option.append(make("strong", "", {}, name), " ", make("span", "", {}, words));
        option.dataset["text"] = hasMore ? `${name} ` : name;
        // Before the input loses the focus, and with it the list its place.
        option.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          this.#take(option);
        });
        return option;
      }),
    );
    this.#list.hidden = false;
    this.#mark(-1);
    this.#input.setAttribute("aria-expanded", "true");
  }

  /**
   * @param {string} key
   * @returns {boolean} whether the key was meant for the list
   */
  #onKey(key) {
    const options = this.#options();
    if (options.length === 0) return false;
    const chosen = options[this.#chosen];
    if (key === "ArrowDown") this.#mark((this.#chosen + 1) % options.length);
    else if (key === "ArrowUp") this.#mark((Math.max(this.#chosen, 0) + options.length - 1) % options.length);
    else if (key === "Escape") this.close();
    else if (key === "Enter" && chosen) this.#take(chosen);
    else if (key === "Tab") return this.#complete(chosen ?? options[0]);
    else return false;
    return true;
  }

  /**
   * @param {HTMLElement | undefined} option
   * @returns {boolean} whether there was something to complete: a command that is typed already lets Tab go on
   */
  #complete(option) {
    if (!option || this.#input.value === option.dataset["text"]?.trim()) return false;
    this.#take(option);
    return true;
  }

  /** @param {HTMLElement} option */
  #take(option) {
    this.close();
    this.#choose(option.dataset["text"] ?? "");
  }

  /** @param {number} place */
  #mark(place) {
    this.#chosen = place;
    const options = this.#options();
    for (const [other, option] of options.entries()) option.setAttribute("aria-selected", String(other === place));
    const chosen = options[place];
    if (chosen) this.#input.setAttribute("aria-activedescendant", chosen.id);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #options() {
    return [...this.#list.querySelectorAll("li")];
  }
}
