/** Sends the chosen photos one after another, and keeps trying until the server has said that it has each. */

import { isReadable, upload } from "./upload.js";
import { backoff, rest } from "./waiting.js";

/**
 * @typedef {object} Photo
 * @property {string} id made here, so that a repeated try is the same photo
 * @property {File} file
 *
 * How far one photo is. `share` is what has left the phone (0 to 1); "sent" only after the server's word.
 * @typedef {{state: "waiting" | "offline" | "retrying" | "busy" | "lost" | "sent" | "not_sent"}
 *   | {state: "sending", share: number}
 *   | {state: "refused", sentence: string}} Standing
 */

/** The queue of photos that are not with the server yet. */
export class Sending {
  /** @type {Photo[]} */
  #queue = [];
  #working = false;
  #stopped = false;
  /** @type {(photo: Photo, standing: Standing) => void} */
  #onStanding;
  /** @type {(sentence: string) => void} */
  #onEnded;

  /**
   * @param {object} told
   * @param {(photo: Photo, standing: Standing) => void} told.onStanding
   * @param {(sentence: string) => void} told.onEnded the link is over
   */
  constructor({ onStanding, onEnded }) {
    this.#onStanding = onStanding;
    this.#onEnded = onEnded;
  }

  /** Whether every photo has arrived or was refused. */
  get isDone() {
    return this.#queue.length === 0;
  }

  /**
   * Put a photo at the end of the queue.
   * @param {Photo} photo
   */
  add(photo) {
    this.#queue.push(photo);
    this.#onStanding(photo, { state: "waiting" });
    void this.#work();
  }

  /** Stop for good, and say of each photo that it was not sent. */
  stop() {
    this.#stopped = true;
    for (const photo of this.#queue.splice(0)) {
      this.#onStanding(photo, { state: "not_sent" });
    }
  }

  async #work() {
    if (this.#working) {
      return;
    }
    this.#working = true;
    while (!this.#stopped && this.#queue[0]) {
      await this.#bring(this.#queue[0]);
    }
    this.#working = false;
  }

  /**
   * Bring the first photo of the queue to the server.
   * @param {Photo} photo
   */
  async #bring(photo) {
    /** @param {Standing} standing */
    const leave = (standing) => {
      this.#queue.shift();
      this.#onStanding(photo, standing);
    };
    this.#onStanding(photo, { state: "sending", share: 0 });
    for (let failures = 0; !this.#stopped; ) {
      const outcome = await upload(photo, (share) => {
        // Until something has left the phone, a further try looks as the one before it ended.
        if (share > 0 && !this.#stopped) {
          this.#onStanding(photo, { state: "sending", share });
        }
      });
      if (this.#stopped) {
        return;
      }
      if (outcome.kind === "done") {
        return leave({ state: "sent" });
      }
      if (outcome.kind === "refused") {
        return leave({ state: "refused", sentence: outcome.sentence });
      }
      if (outcome.kind === "ended") {
        return this.#onEnded(outcome.sentence);
      }
      if (outcome.kind === "busy") {
        this.#onStanding(photo, { state: "busy" });
        await rest(outcome.seconds);
        continue;
      }
      failures += 1;
      const readable = await isReadable(photo.file);
      if (this.#stopped) {
        return;
      }
      if (!readable) {
        return leave({ state: "lost" });
      }
      this.#onStanding(photo, { state: navigator.onLine ? "retrying" : "offline" });
      await rest(backoff(failures));
    }
  }
}
