/** @file Lets one element fill the screen, or at least the window where the browser cannot (phones, apps' own browsers). */

import { setAttribute } from "./elements.js";

export class FullScreen {
  #element;
  #onChange;
  #change = () => this.#tell();
  /** @type {(event: KeyboardEvent) => void} */
  #key = (event) => {
    if (event.key === "Escape" && this.isLarge) this.leave();
  };

  /**
   * @param {HTMLElement} element
   * @param {(isLarge: boolean) => void} onChange
   */
  constructor(element, onChange) {
    this.#element = element;
    this.#onChange = onChange;
    document.addEventListener("fullscreenchange", this.#change);
    document.addEventListener("keydown", this.#key);
  }

  get isLarge() {
    return this.#element.hasAttribute("data-large");
  }

  /** Become large, or small again. */
  async toggle() {
    if (this.isLarge) {
      this.leave();
      return;
    }
    try {
      await this.#element.requestFullscreen();
    } catch {
      // Refused, or unknown here: the whole window is large enough.
    }
    setAttribute(this.#element, "data-large", "");
    this.#onChange(true);
  }

  /** Become small again. */
  leave() {
    setAttribute(this.#element, "data-large", null);
    if (document.fullscreenElement === this.#element) void document.exitFullscreen().catch(() => {});
    this.#onChange(false);
  }

  /** Give back what was taken. */
  stop() {
    document.removeEventListener("fullscreenchange", this.#change);
    document.removeEventListener("keydown", this.#key);
    if (this.isLarge) this.leave();
  }

  #tell() {
    if (document.fullscreenElement === null && this.isLarge) this.leave();
  }
}
