/** @file Shows who has seen the photo that is looked at, who marked it, and lets it be marked for all. */

import { Problem } from "./asking.js";
import { promised, setAttribute, setText } from "./elements.js";

export class PhotoMarks {
  #needs;
  #button = promised("view-important", HTMLButtonElement);
  #by = promised("view-important-by", HTMLElement);
  #seen = promised("view-seen", HTMLElement);
  #kept = promised("view-kept", HTMLElement);
  #fact = promised("fact-kept", HTMLElement);
  /** @type {import("./shapes.js").Photo | null} */
  #photo = null;
  /** @type {Set<string>} */
  #told = new Set();

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./api.js").Api} needs.api
   * @param {string} needs.ourName
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    this.#button.addEventListener("click", () => void this.toggle());
  }

  /** @param {import("./shapes.js").Photo} photo */
  show(photo) {
    this.#photo = photo;
    const { say, times } = this.#needs;
    const { important, kept, seen } = photo;
    setAttribute(this.#button, "aria-pressed", important ? "true" : "false");
    setText(this.#by, important ? `${important.by} · ${times.ofDay(important.at)}` : "");
    setText(this.#seen, (seen ?? []).map(({ by, at }) => `${by} ${times.ofDay(at)}`).join(" · ") || "–");
    this.#fact.hidden = !kept;
    setText(this.#kept, kept ? say("keep.told", { by: kept.by, at: times.ofDay(kept.at), reason: kept.reason }) : "");
  }

  /** Tell everybody that the photo which is looked at has been seen. */
  async tellSeen() {
    const photo = this.#photo;
    const { api, ourName } = this.#needs;
    if (!photo || this.#told.has(photo.id) || (photo.seen ?? []).some(({ by }) => by === ourName)) return;
    this.#told.add(photo.id);
    try {
      await api.seen(photo.id);
    } catch {
      // The next look tells it.
      this.#told.delete(photo.id);
    }
  }

  /** Mark the photo as important, or take that off. */
  async toggle() {
    const photo = this.#photo;
    if (!photo) return;
    const { api, say, announce } = this.#needs;
    const isImportant = !photo.important;
    try {
      await api.markImportant(photo.id, isImportant);
      announce(say(isImportant ? "view.marked" : "view.unmarked"));
    } catch (error) {
      setText(this.#by, error instanceof Problem ? error.message : say("errors.ours"));
    }
  }
}
