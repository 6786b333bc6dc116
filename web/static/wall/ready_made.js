/**
 * @file Offers the sentences that need not be typed, in groups, and finds them by what is typed.
 *
 * A combobox as in the ARIA Authoring Practices: the keyboard stays in the field, the arrows choose in the list.
 */

import { make, setAttribute, setText } from "./elements.js";

/** @typedef {{element: HTMLElement, question: import("./shapes.js").Question, found: string}} Option */

export class ReadyMade {
  #list;
  #field;
  #say;
  #onChosen;
  /** @type {Option[]} */
  #options = [];
  /** @type {Option | null} */
  #chosen = null;
  #none = make("p", "ready-none");

  /**
   * @param {object} places
   * @param {HTMLElement} places.list
   * @param {HTMLInputElement} places.field
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {(question: import("./shapes.js").Question) => void} needs.onChosen
   */
  constructor({ list, field }, { say, onChosen }) {
    this.#list = list;
    this.#field = field;
    this.#say = say;
    this.#onChosen = onChosen;
    field.addEventListener("input", () => this.narrow());
    field.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("click", (event) => {
      const element = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      const option = this.#options.find((one) => one.element === element);
      if (option) onChosen(option.question);
    });
    // A press on the list leaves the keyboard in the field.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get isEmpty() {
    return this.#options.length === 0;
  }

  /** What the arrows have chosen. */
  get chosen() {
    return this.#chosen?.question ?? null;
  }

  /** @param {readonly import("./shapes.js").QuestionGroup[]} groups */
  offer(groups) {
    this.#options = [];
    const drawn = groups.map(({ group, name, sentences }) => {
      const head = make("p", "ready-group", { id: `ready-${group}`, role: "presentation" }, name);
      const rows = sentences.map((question) => this.#draw(question));
      return make("div", "ready-of-group", { role: "group", "aria-labelledby": head.id }, head, ...rows);
    });
    this.#none.hidden = true;
    this.#list.replaceChildren(...drawn);
    this.#list.after(this.#none);
    this.narrow();
  }

  /** Show what fits to what is typed. */
  narrow() {
    this.#choose(null);
    const words = plain(this.#field.value).split(" ").filter(Boolean);
    let count = 0;
    for (const option of this.#options) {
      const fits = words.every((word) => option.found.includes(` ${word}`));
      option.element.hidden = !fits;
      if (fits) count += 1;
    }
    for (const group of this.#list.querySelectorAll("[role=group]")) {
      if (group instanceof HTMLElement) group.hidden = !group.querySelector("[role=option]:not([hidden])");
    }
    this.#list.scrollTop = 0;
    this.#none.hidden = count > 0 || this.isEmpty;
    setText(this.#none, this.#none.hidden ? "" : this.#say("talk.none_ready"));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown") this.#step(1);
    else if (event.key === "ArrowUp") this.#step(-1);
    else if (event.key === "Escape" && this.#chosen) this.#choose(null);
    else if (event.key === "Enter" && this.#chosen) this.#onChosen(this.#chosen.question);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {1 | -1} step */
  #step(step) {
    const visible = this.#options.filter((option) => !option.element.hidden);
    if (visible.length === 0) return;
    const at = this.#chosen ? visible.indexOf(this.#chosen) : step > 0 ? -1 : visible.length;
    const next = at + step;
    // Beyond either end nothing is chosen: what is typed counts again.
    this.#choose(visible[next] ?? null);
  }

  /** @param {Option | null} option */
  #choose(option) {
    if (this.#chosen) setAttribute(this.#chosen.element, "aria-selected", "false");
    this.#chosen = option;
    if (option) {
      setAttribute(option.element, "aria-selected", "true");
      option.element.scrollIntoView({ block: "nearest" });
    }
    setAttribute(this.#field, "aria-activedescendant", option?.element.id ?? null);
  }

  /** @param {import("./shapes.js").Question} question */
  #draw(question) {
    const { ready, sentence, answers } = question;
    const element = make("div", "ready-option", { id: `ready-option-${ready}`, role: "option", "aria-selected": "false" });
    element.append(make("span", "ready-sentence", {}, sentence));
    if (answers && answers !== "none") element.append(make("span", "ready-answers", {}, this.#say(`talk.answers.${answers}`)));
    this.#options.push({ element, question, found: ` ${plain(sentence)}` });
    return element;
  }
}

/**
 * Without accents, capitals and signs, as somebody in a hurry types.
 *
 * @param {string} text
 */
function plain(text) {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
