/** @file Lets a supervisor decide what becomes of sealed photos; none of them is shown here, or anywhere. */

import { Problem } from "./asking.js";
import { twoStepButton } from "./buttons.js";
import { make, promised, setText } from "./elements.js";

/** What changes the list. */
const CHANGES = new Set(["PhotoQuarantined", "PhotoReleased", "PhotoForgotten", "QuarantineWaits"]);

export class QuarantineDialog {
  #needs;
  #opener = promised("quarantine-open", HTMLButtonElement);
  #count = promised("quarantine-count", HTMLElement);
  #dialog = promised("quarantine", HTMLDialogElement);
  #list = promised("quarantine-list", HTMLElement);
  #none = promised("quarantine-none", HTMLElement);
  #fault = promised("quarantine-fault", HTMLElement);

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
    this.#opener.addEventListener("click", () => {
      setText(this.#fault, "");
      this.#dialog.showModal();
    });
    promised("quarantine-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
  }

  /** Look what waits, when this is a supervisor. */
  async load() {
    const { api, me } = this.#needs;
    if (me.role !== "supervisor") return;
    try {
      this.#show(await api.sealed());
    } catch {
      // The next event, or the next start, looks again.
    }
  }

  /** @param {import("./shapes.js").JournalEvent} event */
  takeEvent(event) {
    if (CHANGES.has(event.kind)) void this.load();
  }

  /** @param {import("./shapes.js").Sealed[]} sealed */
  #show(sealed) {
    this.#opener.hidden = sealed.length === 0;
    setText(this.#count, String(sealed.length));
    this.#none.hidden = sealed.length > 0;
    const held = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(...sealed.map((one) => this.#item(one)));
    if (held) this.#dialog.focus();
  }

  /** @param {import("./shapes.js").Sealed} sealed */
  #item(sealed) {
    const { say, times, api, register, announce } = this.#needs;
    const invitation = register.invitation(sealed.invitation)?.number ?? "?";
    const title = say(`quarantine.${sealed.kind}`, { photo: sealed.number, invitation });
    const told = say("quarantine.told", { by: sealed.by, at: times.ofDay(sealed.sealed_at) });
    const end = say(sealed.is_kept ? "quarantine.ends_kept" : "quarantine.ends", { at: times.ofDay(sealed.ends_at) });
    const release = twoStepButton({
      label: say("quarantine.release"),
      sure: say("quarantine.sure"),
      again: say("quarantine.release_again"),
      sign: "eye",
      act: () => this.#decide(() => api.release(sealed.id)),
      announce,
    });
    const remove = twoStepButton({
      label: say("quarantine.delete"),
      sure: say("quarantine.sure"),
      again: say("quarantine.delete_again"),
      sign: "cross",
      act: () => this.#decide(() => api.deleteForEver(sealed.id)),
      announce,
    });
    return make(
      "li",
      "sealed",
      {},
      make("p", "sealed-title", {}, title),
      make("p", "muted", {}, told),
      make("p", "muted", {}, end),
      make("p", "sealed-digest", {}, sealed.sha256),
      make("p", "sealed-acts", {}, release, remove),
    );
  }

  /** @param {() => Promise<unknown>} act */
  async #decide(act) {
    setText(this.#fault, "");
    try {
      await act();
    } catch (error) {
      setText(this.#fault, error instanceof Problem ? error.message : this.#needs.say("errors.ours"));
    }
    await this.load();
  }
}
