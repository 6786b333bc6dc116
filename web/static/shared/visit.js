/** @file Opens a link that was shared, and asks for what it shows, as long as it works. */

import { Problem, ask } from "../wall/asking.js";

/** The link does not work, or not any more. */
const REFUSED = new Set([401, 403, 404, 410]);

/**
 * @typedef {object} SharedPhoto
 * @property {string} id
 * @property {string} invitation
 * @property {number} number
 * @property {"photo" | "still" | "clip"} kind
 * @property {"preview" | "shrunk" | "original"} size
 * @property {import("../wall/shapes.js").Clip | null} clip
 * @property {string} received_at
 *
 * @typedef {object} SharedInvitation
 * @property {string} id
 * @property {number} number
 * @property {string | null} incident
 * @property {"open" | "closed" | "expired"} state
 * @property {import("../wall/shapes.js").Live} live
 * @property {import("../wall/shapes.js").Place | null} location
 *
 * @typedef {object} SharedState
 * @property {string | null} incident
 * @property {string} expires_at
 * @property {string} now
 * @property {SharedInvitation[]} invitations
 * @property {SharedPhoto[]} photos
 */

export class Visit {
  #base;
  #name;
  #say;
  #onOver;
  /** @type {string | null} */
  #token;

  /**
   * @param {object} needs
   * @param {string} needs.base below which the link is opened
   * @param {string} needs.share its id
   * @param {import("../wall/shapes.js").Say} needs.say the wall's words
   * @param {(sentence: string) => void} needs.onOver called when the link works no more
   */
  constructor({ base, share, say, onOver }) {
    this.#base = base;
    this.#name = `showme.visit.${share}`;
    this.#say = say;
    this.#onOver = onOver;
    this.#token = kept(this.#name);
  }

  /** What this tab looks on with; null before the link was opened in it. */
  get token() {
    return this.#token;
  }

  /** The address below which everything is asked. */
  get address() {
    return `/shared/${this.#token ?? ""}`;
  }

  /** Open the link, which is noted. */
  async open() {
    const answer = await this.#ask("POST", `${this.#base}/open`, {});
    const { visit } = await answer.json();
    this.#token = visit;
    keep(this.#name, visit);
  }

  /**
   * What is shown now.
   *
   * @returns {Promise<SharedState>}
   */
  async state() {
    return (await this.#ask("POST", `${this.address}/state`, {})).json();
  }

  /** Say that nobody looks any more; outlives the page. */
  leave() {
    if (this.#token === null) return;
    const needs = { say: this.#say, body: { leaves: true }, keepalive: true };
    ask("POST", `${this.address}/state`, needs).catch(() => {});
  }

  /**
   * Take a refusal for what it means; a tab's visit may have ended where its link has not.
   *
   * @param {Problem} problem
   */
  refuse(problem) {
    if (REFUSED.has(problem.status)) this.#onOver(problem.message);
  }

  /** Forget what this tab has opened. */
  forget() {
    this.#token = null;
    keep(this.#name, null);
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} address
   * @param {object} body
   */
  async #ask(method, address, body) {
    try {
      return await ask(method, address, { say: this.#say, body });
    } catch (error) {
      if (error instanceof Problem) this.refuse(error);
      throw error;
    }
  }
}

/** @param {string} name */
function kept(name) {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string | null} value
 */
function keep(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing asks for the tap again.
  }
}
