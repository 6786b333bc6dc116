/**
 * @file Sounds a short tone for each kind of news, when the dispatcher wants it and the browser allows it.
 *
 * What is told late, after a broken line, is not sounded: a tone means now. Of several tabs only one sounds.
 */

import { promised, setAttribute, setText } from "./elements.js";
import { listenForOtherTabs, remember, remembered } from "./remembered.js";

const NAME = "sound";
/** News older than this, in milliseconds, makes no sound. */
export const LATE = 10_000;
/** Two tones of the same kind are at least so far apart, in milliseconds. */
const APART = 1500;
/** So long, in milliseconds, other tabs keep silent about what one has sounded. */
const HOLD = 12_000;

/** @typedef {"sentence" | "photo" | "live" | "stuck"} Tone */

/** @type {Record<Tone, readonly [number, number][]>} hertz, and seconds from the beginning */
const NOTES = {
  sentence: [
    [659, 0],
    [988, 0.13],
  ],
  photo: [[784, 0]],
  live: [
    [523, 0],
    [659, 0.16],
    [784, 0.32],
  ],
  stuck: [
    [392, 0],
    [294, 0.2],
  ],
};

export class Tones {
  #say;
  #clock;
  #button = promised("sound", HTMLButtonElement);
  #words = promised("sound-words", HTMLElement);
  /** @type {AudioContext | null} */
  #audio = null;
  #isWanted = remembered(NAME) !== "off";
  /** @type {Map<Tone, number>} */
  #sounded = new Map();

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./clock.js").Clock} needs.clock
   */
  constructor({ say, clock }) {
    this.#say = say;
    this.#clock = clock;
    this.#button.addEventListener("click", () => this.press());
    listenForOtherTabs(NAME, (choice) => {
      this.#isWanted = choice !== "off";
      this.#tell();
    });
    // Browsers let a page sound only after somebody has touched it: any touch will do.
    for (const kind of ["pointerdown", "keydown"]) {
      document.addEventListener(kind, (event) => {
        if (event.target instanceof Node && this.#button.contains(event.target)) return;
        // After the key itself has been acted on: S on a blocked page means on, not off again.
        setTimeout(() => void this.#unblock());
      });
    }
    this.#button.hidden = typeof AudioContext === "undefined";
    this.#tell();
    void this.#unblock();
  }

  /** @returns {"off" | "on" | "blocked"} */
  get state() {
    if (!this.#isWanted) return "off";
    return this.#audio?.state === "running" ? "on" : "blocked";
  }

  /** Switch on or off; where the browser blocked it, try again. */
  press() {
    if (this.state === "blocked") {
      void this.#unblock().then(() => this.#play("photo"));
      return;
    }
    this.#isWanted = !this.#isWanted;
    remember(NAME, this.#isWanted ? "on" : "off");
    this.#tell();
    if (this.#isWanted) void this.#unblock().then(() => this.#play("photo"));
  }

  /**
   * Sound once in this browser for one piece of news.
   *
   * @param {Tone} tone
   * @param {string} news its name, the same in every tab
   * @param {number} since when it happened, by the server's clock, in milliseconds
   */
  sound(tone, news, since) {
    if (this.state !== "on" || this.#clock.now() - since > LATE) return;
    if (!navigator.locks) {
      this.#play(tone);
      return;
    }
    const hold = async (/** @type {Lock | null} */ lock) => {
      if (!lock) return;
      this.#play(tone);
      await new Promise((resolve) => setTimeout(resolve, HOLD));
    };
    navigator.locks.request(`showme.tone.${tone}.${news}`, { ifAvailable: true }, hold).catch(() => {});
  }

  async #unblock() {
    if (!this.#isWanted || typeof AudioContext === "undefined") return;
    // Before a first touch a browser would only complain.
    if (!this.#audio && navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
    this.#audio ??= this.#made();
    try {
      if (this.#audio.state !== "running") await this.#audio.resume();
    } catch {
      // Still blocked: the button says so.
    }
    this.#tell();
  }

  #made() {
    const audio = new AudioContext();
    audio.addEventListener("statechange", () => this.#tell());
    return audio;
  }

  /** @param {Tone} tone */
  #play(tone) {
    const audio = this.#audio;
    if (!audio || this.state !== "on") return;
    const now = performance.now();
    if (now - (this.#sounded.get(tone) ?? -APART) < APART) return;
    this.#sounded.set(tone, now);
    setAttribute(this.#button, "data-sounded", tone);
    for (const [hertz, after] of NOTES[tone]) {
      const start = audio.currentTime + after;
      const voice = new OscillatorNode(audio, { type: "sine", frequency: hertz });
      const volume = new GainNode(audio, { gain: 0 });
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(0.18, start + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.32);
      voice.connect(volume).connect(audio.destination);
      voice.start(start);
      voice.stop(start + 0.34);
    }
  }

  #tell() {
    setAttribute(this.#button, "data-sound", this.state);
    setAttribute(this.#button, "aria-pressed", String(this.state === "on"));
    setText(this.#words, this.#say(`sound.${this.state}`));
  }
}
