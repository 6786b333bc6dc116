/** @file Asks the server about one invitation's live video: for a session below /api/, for a guest below the watch link. */

import { Problem, ask } from "./asking.js";

/** The server answers a waiting request for a still after 20 s at the latest. */
const STILL_PATIENCE = 30_000;
/** A full frame over a slow line. */
const KEEP_PATIENCE = 60_000;

export class LiveDoor {
  #base;
  #say;
  #onShut;

  /**
   * @param {object} needs
   * @param {string} needs.base the address below which everything is asked, without a slash at its end
   * @param {import("./shapes.js").Say} needs.say
   * @param {(problem: Problem) => void} needs.onShut told of each refusal; who knows the base knows what it means
   */
  constructor({ base, say, onShut }) {
    this.#base = base;
    this.#say = say;
    this.#onShut = onShut;
  }

  /**
   * Ask for a place at the switchboard; or, where that is not the server's own, for the place that we have once more.
   *
   * @param {string | null} [peer]
   * @returns {Promise<import("./shapes.js").Joined>}
   */
  async join(peer) {
    return (await this.#ask("POST", "/viewers", { body: peer ? { peer } : {} })).json();
  }

  /**
   * Tell that we are there no longer; outlives the page.
   *
   * @param {string} peer
   */
  async leave(peer) {
    await this.#ask("POST", "/viewers", { body: { peer, leaves: true }, keepalive: true });
  }

  /**
   * Tell that a picture was seen.
   *
   * @param {import("./shapes.js").Path} how
   */
  async seen(how) {
    await this.#ask("POST", "/seen", { body: { how } });
  }

  /**
   * Wait for a still newer than the one that is known.
   *
   * @param {number} after the number of the newest known still
   * @param {AbortSignal} stop
   * @returns {Promise<import("./shapes.js").Still | null>} null when none came
   */
  async still(after, stop) {
    const patience = new AbortController();
    const giveUp = () => patience.abort();
    const timer = setTimeout(giveUp, STILL_PATIENCE);
    stop.addEventListener("abort", giveUp, { once: true });
    try {
      const needs = { signal: patience.signal, accept: "image/jpeg" };
      const response = await this.#ask("GET", `/still?after=${after}`, needs);
      if (response.status === 204) return null;
      return {
        number: Number(response.headers.get("Showme-Still") ?? 0),
        age: Number(response.headers.get("Showme-Age") ?? 0),
        picture: await response.blob(),
      };
    } finally {
      clearTimeout(timer);
      stop.removeEventListener("abort", giveUp);
    }
  }

  /**
   * Ask the phone, or through it the citizen, to do something.
   *
   * @param {string} command
   */
  async command(command) {
    await this.#ask("POST", "/command", { body: { command } });
  }

  /**
   * Keep a frame of the video like a photo.
   *
   * @param {Blob} picture a JPEG
   */
  async keep(picture) {
    const body = new FormData();
    body.append("photo", picture, "still.jpg");
    await this.#ask("POST", "/stills", { body, signal: AbortSignal.timeout(KEEP_PATIENCE) });
  }

  /**
   * How the invitation stands, for a guest who hears no journal, and the server's time.
   *
   * @returns {Promise<{invitation: import("./shapes.js").Invitation, at: string | null}>}
   */
  async state() {
    const response = await this.#ask("GET", "/state");
    return { invitation: await response.json(), at: response.headers.get("Date") };
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} path
   * @param {{body?: object | FormData, signal?: AbortSignal, accept?: string, keepalive?: boolean}} [needs]
   */
  async #ask(method, path, needs = {}) {
    try {
      return await ask(method, `${this.#base}${path}`, { ...needs, say: this.#say });
    } catch (error) {
      if (error instanceof Problem && error.status !== 0) this.#onShut(error);
      throw error;
    }
  }
}
