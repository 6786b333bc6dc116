/** @file Switches the phone's sound on this side: off at first, on by choice, or blocked by the browser. */

import { make, setAttribute, setText } from "./elements.js";
import { icon } from "./icons.js";

export class SoundButton {
  #say;
  #label = make("span", "label");

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./live_screen.js").LiveScreen} needs.screen
   */
  constructor({ say, screen }) {
    this.#say = say;
    this.element = make("button", "button quiet sound", { type: "button" });
    this.element.append(icon("mute"), icon("voice"), this.#label);
    this.element.hidden = true;
    this.element.addEventListener("click", () => {
      if (screen.sound === "on") screen.mute();
      else void screen.listen();
    });
    this.tell("off");
  }

  /** @param {import("./live_screen.js").Sound} sound */
  tell(sound) {
    setAttribute(this.element, "data-sound", sound);
    setAttribute(this.element, "aria-pressed", String(sound === "on"));
    setText(this.#label, this.#say(`live.sound_${sound}`));
  }
}
