/** @file Follows one live video: by call, by stills while no picture moves, and tells what can be seen. */

import { figuresOf } from "./call_figures.js";
import { FrameWatch } from "./frozen.js";
import { Stills } from "./stills.js";
import { Viewer } from "./viewer.js";

/** Without a moving picture for so long, in milliseconds, stills are fetched. */
const STILLS_AFTER = 5000;
/** … and so often, in milliseconds, the line to the switchboard is opened anew, for it may have died silently. */
const RENEW_EVERY = 20_000;
/** How often, in milliseconds, all this is looked at. */
const LOOK_EVERY = 500;
/** Until what did not arrive is told again, in milliseconds. */
const TELL_AGAIN = 3000;
/** A still that is older than this, in seconds, is shown as late. */
export const LATE_STILL = 4;

/**
 * @typedef {object} Sight what can be seen at a moment
 * @property {"nothing" | "moving" | "frozen" | "stills"} picture
 * @property {"direct" | "relay" | null} path of the call
 * @property {number} rate frames each second
 * @property {number} still for how many seconds it has not changed
 * @property {boolean} hasSound whether the phone sends some
 * @property {boolean} isCrowded whether others are served directly, and not we
 */

/** @typedef {{call: import("./viewer.js").LiveCall, video: HTMLVideoElement, frames: FrameWatch}} Shown */

export class LiveWatch {
  #needs;
  #screen;
  #viewer;
  #stills;
  /** @type {Set<Shown>} */
  #calls = new Set();
  /** @type {Shown | null} */
  #shown = null;
  #isLive = false;
  #isDirect = true;
  #waitsSince = performance.now();
  #renewedAt = performance.now();
  #lastMoved = 0;
  #stillAt = 0;
  #showsStills = false;
  /** @type {"direct" | "relay" | null} */
  #path = null;
  #soundPackets = 0;
  #soundAt = -Infinity;
  /** @type {Set<import("./shapes.js").Path>} */
  #seen = new Set();
  /** @type {number | undefined} */
  #timer;

  /**
   * @param {object} needs
   * @param {import("./live_door.js").LiveDoor} needs.door
   * @param {() => Promise<typeof import("./peerjs.js")>} needs.loadPeerJs
   * @param {string} needs.tokenBegins
   * @param {import("./live_screen.js").LiveScreen} needs.screen
   * @param {() => void} needs.onChange something that is shown may have changed
   */
  constructor(needs) {
    this.#needs = needs;
    this.#screen = needs.screen;
    this.#stills = new Stills(needs.door, (still) => this.#takeStill(still));
    this.#viewer = new Viewer({
      door: needs.door,
      loadPeerJs: needs.loadPeerJs,
      tokenBegins: needs.tokenBegins,
      onCall: (call) => this.#takeCall(call),
      onCallEnded: (call) => this.#dropCall(call),
      onJoined: (joined) => {
        this.#isDirect = joined.direct;
        this.#look();
      },
    });
  }

  /** Begin. */
  start() {
    this.#waitsSince = performance.now();
    this.#renewedAt = this.#waitsSince;
    void this.#viewer.start();
    this.#timer = window.setInterval(() => this.#look(), LOOK_EVERY);
  }

  /** End for good. */
  stop() {
    clearInterval(this.#timer);
    this.#stills.stop();
    this.#viewer.stop();
    for (const shown of [...this.#calls]) this.#forget(shown);
    this.#screen.clear();
  }

  /**
   * Learn whether the phone's camera runs, as the journal tells.
   *
   * @param {boolean} isLive
   */
  setLive(isLive) {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    this.#waitsSince = performance.now();
    this.#seen.clear();
    if (isLive && this.#shown?.frames.isMoving) this.#tellSeen(this.#path);
    this.#look();
  }

  /** @returns {Sight} */
  get sight() {
    const now = performance.now();
    const moves = this.#shown?.frames.isMoving === true;
    const picture = moves ? "moving" : this.#showsStills && this.#stillAt > 0 ? "stills" : this.#lastMoved > 0 ? "frozen" : "nothing";
    const changedAt = picture === "stills" ? this.#stillAt : this.#lastMoved;
    return {
      picture: this.#isLive ? picture : moves ? "moving" : "nothing",
      path: this.#shown ? this.#path : null,
      rate: this.#shown?.frames.rate ?? 0,
      still: (now - changedAt) / 1000,
      hasSound: now - this.#soundAt < 3000,
      isCrowded: !this.#isDirect && !moves,
    };
  }

  /** @param {import("./viewer.js").LiveCall} call */
  #takeCall(call) {
    const video = this.#screen.prepare(call.stream);
    /** @type {Shown} */
    const shown = { call, video, frames: new FrameWatch(video, () => this.#moves(shown)) };
    this.#calls.add(shown);
  }

  /**
   * The newest call that has a picture is the one to be shown; what it replaces is over.
   *
   * @param {Shown} shown
   */
  #moves(shown) {
    if (!this.#calls.has(shown)) return;
    if (this.#shown === shown) {
      this.#look();
      return;
    }
    this.#shown = shown;
    this.#path = null;
    this.#soundPackets = 0;
    this.#showsStills = false;
    this.#stills.stop();
    this.#screen.show(shown.video);
    for (const older of [...this.#calls]) {
      if (older === shown) break;
      older.call.close();
    }
    void this.#readFigures(shown);
    this.#needs.onChange();
  }

  /** @param {import("./viewer.js").LiveCall} call */
  #dropCall(call) {
    for (const shown of this.#calls) if (shown.call === call) this.#forget(shown);
  }

  /** @param {Shown} shown */
  #forget(shown) {
    shown.frames.stop();
    this.#calls.delete(shown);
    if (shown.frames.movedAt !== null) this.#lastMoved = shown.frames.movedAt;
    if (this.#shown === shown) this.#shown = null;
    // The last picture stays until there is another.
    this.#screen.hold(shown.video);
  }

  #look() {
    const now = performance.now();
    for (const shown of this.#calls) void this.#readFigures(shown);
    const movedAt = this.#shown?.frames.movedAt;
    if (movedAt) this.#lastMoved = movedAt;
    const moves = this.#shown?.frames.isMoving === true;
    const pictureless = now - Math.max(this.#lastMoved, this.#waitsSince);
    // What still moves is shown, though the server may have lost sight of the phone.
    if (!this.#isLive && !moves) this.#showNothing();
    const wantsStills = this.#isLive && !moves && (!this.#isDirect || pictureless >= STILLS_AFTER);
    if (wantsStills) {
      this.#stills.begin();
    } else {
      this.#stills.stop();
      if (moves && this.#showsStills) {
        this.#showsStills = false;
        this.#screen.showVideo();
      }
    }
    if (!moves && this.#isLive && pictureless >= RENEW_EVERY && now - this.#renewedAt >= RENEW_EVERY) {
      this.#renewedAt = now;
      this.#viewer.renew();
    }
    this.#needs.onChange();
  }

  #showNothing() {
    if (!this.#shown && this.#lastMoved === 0 && !this.#showsStills) return;
    this.#lastMoved = 0;
    this.#stillAt = 0;
    this.#showsStills = false;
    if (this.#shown) this.#shown.call.close();
    this.#shown = null;
    this.#screen.clear();
  }

  /** @param {Shown} shown */
  async #readFigures(shown) {
    try {
      const { path, frames, soundPackets } = await figuresOf(shown.call.connection);
      shown.frames.look(frames);
      if (shown !== this.#shown) return;
      if (path) this.#path = path;
      if (soundPackets > this.#soundPackets) {
        if (this.#soundPackets > 0) this.#soundAt = performance.now();
        this.#soundPackets = soundPackets;
      }
      if (this.#isLive && shown.frames.isMoving) this.#tellSeen(path);
    } catch {
      // A call that has just ended has no figures any more.
    }
  }

  /** @param {import("./shapes.js").Still} still */
  #takeStill({ picture, age }) {
    const takenAt = performance.now() - age * 1000;
    // What the video showed last is newer than what was left from before.
    if (this.#shown?.frames.isMoving || takenAt < this.#lastMoved) return;
    this.#showsStills = true;
    this.#stillAt = takenAt;
    this.#screen.showStill(picture);
    this.#tellSeen("stills");
    this.#needs.onChange();
  }

  /** @param {import("./shapes.js").Path | null} how */
  #tellSeen(how) {
    if (how === null || this.#seen.has(how)) return;
    this.#seen.add(how);
    // Told again a little later, when it did not arrive.
    this.#needs.door.seen(how).catch(() => setTimeout(() => this.#seen.delete(how), TELL_AGAIN));
  }
}
