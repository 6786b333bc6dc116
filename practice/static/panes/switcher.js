/** @file On a narrow window, shows one pane at a time and says where something new waits. */

import { promised } from "./elements.js";

const NAMES = /** @type {const} */ (["chat", "wall", "phone"]);

export class Switcher {
  #panes = promised("panes", HTMLElement);

  constructor() {
    for (const name of NAMES) {
      promised(`switch-${name}`, HTMLButtonElement).addEventListener("click", () => this.show(name));
    }
  }

  /** @param {import("./shapes.js").PaneName} name */
  show(name) {
    this.#panes.dataset["shown"] = name;
    for (const other of NAMES) {
      promised(`switch-${other}`, HTMLButtonElement).setAttribute("aria-pressed", String(other === name));
    }
    promised(`switch-${name}-new`, HTMLElement).hidden = true;
  }

  /**
   * Say that a pane has something new, unless it is the one that is shown.
   *
   * @param {import("./shapes.js").PaneName} name
   */
  notice(name) {
    if (this.#panes.dataset["shown"] !== name) promised(`switch-${name}-new`, HTMLElement).hidden = false;
  }
}
