/** @file Asks the server what the photowall wants to know and have done. */

import { Problem, ask } from "./asking.js";

export { Problem };

export class Api {
  #say;
  #onSessionEnded;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {() => void} needs.onSessionEnded
   */
  constructor({ say, onSessionEnded }) {
    this.#say = say;
    this.#onSessionEnded = onSessionEnded;
  }

  /**
   * Who is signed in, and for which organisation.
   *
   * @returns {Promise<import("./shapes.js").Me>}
   */
  me() {
    return this.#ask("GET", "/api/me");
  }

  /**
   * Both lists at once, each with its cursor, and the credits that are left.
   *
   * @returns {Promise<import("./shapes.js").Lists>}
   */
  async lists() {
    const [invitations, photos, credits] = await Promise.all([
      this.#ask("GET", "/api/invitations"),
      this.#ask("GET", "/api/photos"),
      this.#ask("GET", "/api/credits"),
    ]);
    return {
      invitations: invitations.invitations,
      invitationsCursor: invitations.cursor,
      photos: photos.photos,
      photosCursor: photos.cursor,
      credits: credits.credits,
    };
  }

  /**
   * Make an invitation; without a number no message is sent.
   *
   * @param {{to: string | null, purpose: string, language: string, incident: string | null}} wish
   * @returns {Promise<import("./shapes.js").Invitation & {link: string}>}
   */
  invite(wish) {
    return this.#ask("POST", "/api/invitations", wish);
  }

  /**
   * @param {string} id
   * @returns {Promise<import("./shapes.js").Invitation>}
   */
  close(id) {
    return this.#ask("POST", `${invitationAddress(id)}/close`, {});
  }

  /**
   * @param {string} id
   * @returns {Promise<import("./shapes.js").Invitation>}
   */
  resend(id) {
    return this.#ask("POST", `${invitationAddress(id)}/resend`, {});
  }

  /**
   * Close an invitation that went to the wrong person, and let everybody forget the number.
   *
   * @param {string} id
   * @returns {Promise<import("./shapes.js").Invitation>}
   */
  wrongNumber(id) {
    return this.#ask("POST", `${invitationAddress(id)}/wrong-number`, {});
  }

  /**
   * Make a code to read aloud; it ends the one before.
   *
   * @param {string} id
   * @returns {Promise<import("./shapes.js").SpokenCode>}
   */
  code(id) {
    return this.#ask("POST", `${invitationAddress(id)}/code`, {});
  }

  /**
   * What was said and heard in an invitation, oldest first.
   *
   * @param {string} id
   * @returns {Promise<import("./shapes.js").Message[]>}
   */
  async conversation(id) {
    return (await this.#ask("GET", `${invitationAddress(id)}/messages`)).messages;
  }

  /**
   * Say something to the citizen; the same again, under the same id, is said once.
   *
   * @param {string} id
   * @param {{id: string, text: string} | {id: string, ready: string}} told
   * @returns {Promise<import("./shapes.js").Message>}
   */
  say(id, told) {
    return this.#ask("POST", `${invitationAddress(id)}/messages`, told);
  }

  /**
   * What can be said without typing.
   *
   * @returns {Promise<import("./shapes.js").QuestionGroup[]>}
   */
  async sentences() {
    return (await this.#ask("GET", "/api/sentences")).groups;
  }

  /**
   * Ask the phone for the original of a photo, of which it has sent less.
   *
   * @param {string} photo
   * @returns {Promise<void>}
   */
  askForOriginal(photo) {
    return this.#ask("POST", `/api/photos/${encodeURIComponent(photo)}/ask`, {});
  }

  /**
   * Make a code that enrols one team chat.
   *
   * @returns {Promise<{code: string}>}
   */
  chatCode() {
    return this.#ask("POST", "/api/chats/code", {});
  }

  /**
   * The link itself, which holds the key; that it was asked for is written down.
   *
   * @param {string} id
   * @returns {Promise<string>}
   */
  async link(id) {
    return (await this.#ask("POST", `${invitationAddress(id)}/link`, {})).link;
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} address
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #ask(method, address, body) {
    try {
      const response = await ask(method, address, { say: this.#say, ...(body === undefined ? {} : { body }) });
      return response.status === 204 ? undefined : await response.json();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) this.#onSessionEnded();
      if (error instanceof Problem) throw error;
      throw new Problem(this.#say(method === "GET" ? "errors.no_answer" : "errors.perhaps_done"), 0);
    }
  }
}

/** @param {string} id */
function invitationAddress(id) {
  return `/api/invitations/${encodeURIComponent(id)}`;
}
