/** @file Tells, by decoded frames, when a video moves, when it last did, and how fast. */

/** A picture is frozen after this long, in milliseconds, without a frame; told within three seconds. */
export const FROZEN_AFTER = 2200;
/** Over how long, in milliseconds, frames are counted for the rate. */
const RATE_OVER = 2000;

export class FrameWatch {
  #video;
  #onMoving;
  #isStopped = false;
  /** @type {number | null} */
  #movedAt = null;
  #decoded = 0;
  #played = 0;
  /** @type {{at: number, frames: number}[]} */
  #readings = [];

  /**
   * @param {HTMLVideoElement} video
   * @param {() => void} onMoving called with the first decoded frame, and with the first one after a frozen picture
   */
  constructor(video, onMoving) {
    this.#video = video;
    this.#onMoving = onMoving;
    this.#wait();
  }

  /** When the last frame came, by `performance.now()`; null before the first. */
  get movedAt() {
    return this.#movedAt;
  }

  /** Whether a frame came lately. */
  get isMoving() {
    return this.#movedAt !== null && performance.now() - this.#movedAt < FROZEN_AFTER;
  }

  /** Frames each second, of late. */
  get rate() {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return Math.round(((last.frames - first.frames) * 1000) / (last.at - first.at));
  }

  /**
   * Look at the counters: they go on where callbacks stop, as in a window behind others.
   *
   * @param {number} decoded how many frames the call has decoded
   */
  look(decoded) {
    if (this.#isStopped) return;
    const played = this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    if (decoded > this.#decoded || played > this.#played) this.#moved();
    this.#decoded = Math.max(this.#decoded, decoded);
    this.#played = Math.max(this.#played, played);
    const now = performance.now();
    this.#readings.push({ at: now, frames: this.#decoded });
    while ((this.#readings[1]?.at ?? now) < now - RATE_OVER) this.#readings.shift();
  }

  /** Stop watching. */
  stop() {
    this.#isStopped = true;
  }

  #wait() {
    if (this.#isStopped || !("requestVideoFrameCallback" in this.#video)) return;
    this.#video.requestVideoFrameCallback(() => {
      if (this.#isStopped) return;
      this.#moved();
      this.#wait();
    });
  }

  #moved() {
    const wasMoving = this.isMoving;
    this.#movedAt = performance.now();
    if (!wasMoving) this.#onMoving();
  }
}
