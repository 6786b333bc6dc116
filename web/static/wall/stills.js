/** @file Fetches the phone's newest still again and again, as long as somebody needs it. */

import { Problem } from "./asking.js";

/** After a failed question, in milliseconds. */
const WAIT = 1500;

export class Stills {
  #door;
  #onStill;
  #newest = 0;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {import("./live_door.js").LiveDoor} door
   * @param {(still: import("./shapes.js").Still) => void} onStill
   */
  constructor(door, onStill) {
    this.#door = door;
    this.#onStill = onStill;
  }

  /** Begin, unless it has begun already. */
  begin() {
    if (this.#running) return;
    // The server may count anew; what it has is told at once, with its age.
    this.#newest = 0;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Stop; the phone slows down by itself when nobody waits any more. */
  stop() {
    this.#running?.abort();
    this.#running = null;
  }

  /** @param {AbortSignal} stop */
  async #run(stop) {
    while (!stop.aborted) {
      try {
        const still = await this.#door.still(this.#newest, stop);
        if (stop.aborted) return;
        if (still && still.picture.size > 0) {
          this.#newest = still.number;
          this.#onStill(still);
        }
      } catch (error) {
        if (stop.aborted) return;
        // Numbers begin again with a server that was restarted.
        if (!(error instanceof Problem) || error.status === 0 || error.status >= 500) this.#newest = 0;
        await new Promise((resolve) => setTimeout(resolve, WAIT));
      }
    }
  }
}
