/** @file Offers what the phone, or the citizen through it, can be asked to do, and tells what came of it. */

import { Problem } from "./asking.js";
import { make, setAttribute, setText } from "./elements.js";
import { icon } from "./icons.js";

/** How long, in milliseconds, what was said stays. */
const SAYS_FOR = 8000;
/** How long, in milliseconds, an answer of the phone is waited for before we say that none came. */
const ANSWERS_WITHIN = 30_000;

/** @type {readonly (readonly [command: string, sign: import("./icons.js").IconName])[]} */
const DIRECTIONS = [
  ["move_closer", "near"],
  ["move_back", "far"],
  ["move_left", "left"],
  ["move_right", "right"],
  ["hold_still", "hold"],
];

/**
 * What the journal says, the commands it answers, and the sentence.
 *
 * @type {Record<string, {answers: readonly string[], sentence: string, isRefusal?: boolean}>}
 */
const ANSWERS = {
  SoundAllowed: { answers: ["ask_sound"], sentence: "sound_allowed" },
  SoundRefused: { answers: ["ask_sound"], sentence: "sound_refused", isRefusal: true },
  TorchSwitchedOn: { answers: ["torch_on"], sentence: "torch_on" },
  TorchSwitchedOff: { answers: ["torch_off"], sentence: "torch_off" },
  TorchRefused: { answers: ["torch_on", "torch_off"], sentence: "torch_missing", isRefusal: true },
  CameraRefused: { answers: ["switch_camera", "ask_live"], sentence: "camera_refused", isRefusal: true },
  LiveBegan: { answers: ["ask_live"], sentence: "live_began" },
};

export class CommandsBar {
  #needs;
  #torch;
  #sound;
  #ask;
  /** @type {HTMLElement[]} */
  #whileLive;
  #said = make("p", "live-said", { role: "status" });
  #isTorchOn = false;
  #hasSound = false;
  #isBusy = false;
  /** @type {Map<string, number>} */
  #waiting = new Map();
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./live_door.js").LiveDoor} needs.door
   * @param {boolean} needs.hearsAnswers whether the journal reaches this page
   */
  constructor(needs) {
    this.#needs = needs;
    this.#torch = this.#button("torch_on", "torch", () => (this.#isTorchOn ? "torch_off" : "torch_on"));
    this.#sound = this.#button("ask_sound", "voice", () => (this.#hasSound ? "stop_sound" : "ask_sound"));
    this.#ask = this.#button("ask_live", "film");
    const camera = this.#button("switch_camera", "swap");
    const photo = this.#button("take_photo", "camera");
    const phone = make("div", "commands-phone", {}, camera, this.#torch, this.#sound, photo, this.#ask);
    const directions = make("div", "commands-directions", { role: "group", "aria-label": needs.say("live.directions") });
    directions.append(...DIRECTIONS.map(([command, sign]) => this.#button(command, sign)));
    this.#whileLive = [camera, this.#torch, this.#sound, photo, directions];
    this.element = make("div", "commands", {}, phone, directions, this.#said);
    this.update({ isLive: false, hasSound: false });
  }

  /** @param {{isLive: boolean, hasSound: boolean}} now */
  update({ isLive, hasSound }) {
    this.#hasSound = hasSound;
    for (const one of this.#whileLive) one.hidden = !isLive;
    this.#ask.hidden = isLive;
    if (!isLive) this.#isTorchOn = false;
    relabel(this.#torch, this.#needs.say(`live.commands.${this.#isTorchOn ? "torch_off" : "torch_on"}`));
    relabel(this.#sound, this.#needs.say(`live.commands.${hasSound ? "stop_sound" : "ask_sound"}`));
  }

  /** @param {import("./shapes.js").JournalEvent} event about this invitation */
  takeEvent(event) {
    if (event.kind === "TorchSwitchedOn") this.#isTorchOn = true;
    if (event.kind === "TorchSwitchedOff" || event.kind === "TorchRefused") this.#isTorchOn = false;
    if (event.kind === "PhotoReceived" && event.photo?.kind === "photo") {
      if (this.#isAnswered(["take_photo"])) this.#tell("photo_taken");
      return;
    }
    const answer = ANSWERS[event.kind];
    if (!answer) return;
    if (this.#isAnswered(answer.answers)) this.#tell(answer.sentence, answer.isRefusal ? "refused" : "done");
  }

  /** Forget what was waited for. */
  stop() {
    clearTimeout(this.#timer);
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /**
   * @param {string} name
   * @param {import("./icons.js").IconName} sign
   * @param {() => string} command
   */
  #button(name, sign, command = () => name) {
    const label = make("span", "label", {}, this.#needs.say(`live.commands.${name}`));
    const made = make("button", "button quiet command", { type: "button", "data-command": name }, icon(sign), label);
    made.addEventListener("click", () => void this.#send(made, command()));
    return made;
  }

  /**
   * @param {HTMLButtonElement} pressed
   * @param {string} command
   */
  async #send(pressed, command) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    setAttribute(pressed, "aria-busy", "true");
    try {
      await this.#needs.door.command(command);
      // Guests hear no answer of the phone: what was asked is taken for done, and can be asked again.
      if (command === "torch_on") this.#isTorchOn = true;
      if (command === "torch_off") this.#isTorchOn = false;
      this.#tell("sent", "sent", this.#needs.say(`live.commands.${command}`));
      if (this.#needs.hearsAnswers) this.#expect(command);
    } catch (error) {
      this.#show(error instanceof Problem ? error.message : this.#needs.say("errors.ours"), "refused");
    } finally {
      this.#isBusy = false;
      setAttribute(pressed, "aria-busy", null);
    }
  }

  /** @param {string} command */
  #expect(command) {
    clearTimeout(this.#waiting.get(command));
    const isAnswerable = command === "take_photo" || Object.values(ANSWERS).some(({ answers }) => answers.includes(command));
    if (!isAnswerable || command === "switch_camera") return;
    this.#waiting.set(
      command,
      window.setTimeout(() => {
        this.#waiting.delete(command);
        this.#tell("no_answer", "refused", this.#needs.say(`live.commands.${command}`));
      }, ANSWERS_WITHIN),
    );
  }

  /** @param {readonly string[]} commands */
  #isAnswered(commands) {
    let isAnswered = false;
    for (const command of commands) {
      clearTimeout(this.#waiting.get(command));
      isAnswered = this.#waiting.delete(command) || isAnswered;
    }
    return isAnswered || commands.includes("switch_camera");
  }

  /**
   * @param {string} sentence
   * @param {"sent" | "done" | "refused"} kind
   * @param {string} command
   */
  #tell(sentence, kind = "done", command = "") {
    this.#show(this.#needs.say(`live.answers.${sentence}`, { command }), kind);
  }

  /**
   * @param {string} sentence
   * @param {"sent" | "done" | "refused"} kind
   */
  #show(sentence, kind) {
    setText(this.#said, sentence);
    setAttribute(this.#said, "data-kind", kind);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => setText(this.#said, ""), SAYS_FOR);
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} label
 */
function relabel(button, label) {
  const word = button.querySelector(".label");
  if (word) setText(word, label);
}
