/** @file Narrows the wall to one's own invitations, or to one incident, and remembers whose. */

import { make, promised, setText } from "./elements.js";
import { remember, remembered } from "./remembered.js";

const NAME = "whose";
/** Values of the list that are no incident; an incident is written behind a sign. */
const EVERY = "every";
const GROUPED = "grouped";
const INCIDENT = "=";

export class Choice {
  #say;
  #register;
  #ourName;
  #whose = /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[name=whose]"));
  #incident = promised("choice-incident", HTMLSelectElement);
  #told = promised("choice-told", HTMLElement);
  #count = promised("choice-count", HTMLElement);
  /** @type {string[]} */
  #incidents = [];
  /** @type {(() => void)[]} */
  #listeners = [];

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./register.js").Register} needs.register
   * @param {string} needs.ourName
   */
  constructor({ say, register, ourName }) {
    this.#say = say;
    this.#register = register;
    this.#ourName = ourName;
    for (const input of this.#whose) {
      input.checked = input.value === (remembered(NAME) === "mine" ? "mine" : "all");
      input.addEventListener("change", () => {
        remember(NAME, input.value);
        this.#changed();
      });
    }
    this.#incident.addEventListener("change", () => this.#changed());
    promised("choice-all", HTMLButtonElement).addEventListener("click", () => {
      this.showAll();
      this.#incident.focus();
    });
    this.#offer([]);
  }

  /** @param {() => void} listener called when something else is wanted */
  listen(listener) {
    this.#listeners.push(listener);
  }

  get isGrouped() {
    return this.#incident.value === GROUPED;
  }

  /** Whether only one's own are wanted. */
  get isMine() {
    return [...this.#whose].some((input) => input.checked && input.value === "mine");
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  concerns({ responsible }) {
    return !this.isMine || responsible === this.#ourName;
  }

  /** @param {import("./shapes.js").Invitation | null} invitation null: not known here any more */
  wants(invitation) {
    if (!invitation) return !this.#isNarrow;
    return this.concerns(invitation) && (!this.#wanted || invitation.incident === this.#wanted);
  }

  /** Learn of the incidents there are, and say how much is left out. */
  tell() {
    const all = this.#register.invitations();
    const incidents = [...new Set(all.map(({ incident }) => incident ?? "").filter(Boolean))];
    if (incidents.join("\n") !== this.#incidents.join("\n")) this.#offer(incidents);
    this.#told.hidden = !this.#isNarrow;
    const shown = all.filter((invitation) => this.wants(invitation)).length;
    setText(this.#count, this.#say("choice.shown", { shown, all: all.length }));
  }

  /** Switch between one's own and all. */
  switchMine() {
    const next = this.isMine ? "all" : "mine";
    for (const input of this.#whose) input.checked = input.value === next;
    remember(NAME, next);
    this.#changed();
  }

  /** Leave nothing out. */
  showAll() {
    if (!this.#isNarrow) return;
    for (const input of this.#whose) input.checked = input.value === "all";
    remember(NAME, "all");
    if (this.#wanted) this.#incident.value = EVERY;
    this.#changed();
  }

  get #wanted() {
    const { value } = this.#incident;
    return value.startsWith(INCIDENT) ? value.slice(INCIDENT.length) : null;
  }

  get #isNarrow() {
    return this.isMine || this.#wanted !== null;
  }

  /** @param {string[]} incidents the newest first */
  #offer(incidents) {
    this.#incidents = incidents;
    const chosen = this.#incident.value || EVERY;
    this.#incident.replaceChildren(
      make("option", "", { value: EVERY }, this.#say("choice.every")),
      make("option", "", { value: GROUPED }, this.#say("choice.group")),
      ...incidents.map((incident) => make("option", "", { value: INCIDENT + incident }, incident)),
    );
    const isThere = !chosen.startsWith(INCIDENT) || incidents.includes(chosen.slice(INCIDENT.length));
    this.#incident.value = isThere ? chosen : EVERY;
    if (!isThere) this.#changed();
  }

  #changed() {
    this.tell();
    for (const listener of this.#listeners) listener();
  }
}
