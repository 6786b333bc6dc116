/** @file Shows one live video to who only looks: the picture, and how old it is; nothing can be asked of the phone. */

import { make, setAttribute, setText } from "./elements.js";
import { LiveScreen } from "./live_screen.js";
import { LATE_STILL, LiveWatch } from "./live_watch.js";

/**
 * @typedef {object} LookNeeds
 * @property {import("./shapes.js").Say} say words that have "connecting" and, with a span, `late`
 * @property {string} late the name of the sentence that says how old the picture is
 * @property {string} name of the picture, for who cannot see it
 * @property {import("./times.js").Times} times
 * @property {import("./live_door.js").LiveDoor} door
 * @property {() => Promise<typeof import("./peerjs.js")>} loadPeerJs
 * @property {string} tokenBegins
 */

export class LiveLook {
  #needs;
  #screen;
  #message = make("p", "live-message");
  #late = make("p", "live-late");
  /** @type {LiveWatch | null} */
  #watch = null;
  #isLive = false;

  /** @param {LookNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
    this.#screen = new LiveScreen({ name: needs.name, onSound: () => {} });
    this.element = make("div", "live-frame", {}, this.#screen.element, this.#message, this.#late);
  }

  get isWatching() {
    return this.#watch !== null;
  }

  /** Whether there is a picture to see. */
  get hasPicture() {
    return this.#watch !== null && this.#watch.sight.picture !== "nothing";
  }

  /** @param {boolean} isLive whether the phone's camera runs */
  setLive(isLive) {
    this.#isLive = isLive;
    this.#watch?.setLive(isLive);
    this.tell();
  }

  /** @param {boolean} isHidden */
  setHidden(isHidden) {
    setAttribute(this.element, "data-hidden", isHidden ? "" : null);
  }

  /** Take a place among the viewers. */
  watch() {
    if (this.#watch) return;
    const { door, loadPeerJs, tokenBegins } = this.#needs;
    this.#watch = new LiveWatch({ door, loadPeerJs, tokenBegins, screen: this.#screen, onChange: () => this.tell() });
    this.#watch.setLive(this.#isLive);
    this.#watch.start();
    this.tell();
  }

  /** Leave the call. */
  stop() {
    this.#watch?.stop();
    this.#watch = null;
    this.tell();
  }

  /** Write what is true at this moment. */
  tell() {
    const { say, times, late } = this.#needs;
    const sight = this.#watch?.sight ?? null;
    setText(this.#message, sight && sight.picture === "nothing" && this.#isLive ? say("connecting") : "");
    const isLate = sight !== null && (sight.picture === "frozen" || (sight.picture === "stills" && sight.still > LATE_STILL));
    setText(this.#late, isLate ? say(late, { span: times.span(sight.still) }) : "");
  }
}
