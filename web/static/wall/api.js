/** @file Asks the server what the photowall wants to know and have done. */

import { Problem, ask } from "./asking.js";

export { Problem };

export class Api {
  #say;
  #onSessionEnded;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {(sentence: string) => void} needs.onSessionEnded
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
   * @param {{to: string | null, purpose: string, language: string | null, incident: string | null}} wish
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
   * Where citizens were, oldest first.
   *
   * @returns {Promise<import("./shapes.js").Position[]>}
   */
  async positions() {
    return (await this.#ask("GET", "/api/positions")).positions;
  }

  /**
   * Make somebody responsible for an invitation.
   *
   * @param {string} id
   * @param {string} to
   * @returns {Promise<import("./shapes.js").Invitation>}
   */
  handOver(id, to) {
    return this.#ask("POST", `${invitationAddress(id)}/hand-over`, { to });
  }

  /**
   * Who was seen within a shift.
   *
   * @returns {Promise<string[]>}
   */
  async colleagues() {
    return (await this.#ask("GET", "/api/colleagues")).colleagues;
  }

  /**
   * Who watches an invitation's live video now.
   *
   * @param {string} id
   * @returns {Promise<string[]>}
   */
  async watching(id) {
    return (await this.#ask("GET", `${invitationAddress(id)}/watching`)).watching;
  }

  /**
   * The links whose time is not over.
   *
   * @returns {Promise<import("./shapes.js").Share[]>}
   */
  async shares() {
    return (await this.#ask("GET", "/api/shares")).shares;
  }

  /**
   * Make a link to look at one invitation, or at one incident.
   *
   * @param {{recipient: string, minutes: number, invitation?: string, incident?: string}} wish
   * @returns {Promise<import("./shapes.js").Share>}
   */
  share(wish) {
    return this.#ask("POST", "/api/shares", wish);
  }

  /**
   * @param {string} share
   * @returns {Promise<import("./shapes.js").Share>}
   */
  endShare(share) {
    return this.#ask("POST", `/api/shares/${encodeURIComponent(share)}/end`, {});
  }

  /**
   * Where a link was opened, newest first.
   *
   * @param {string} share
   * @returns {Promise<import("./shapes.js").ShareVisit[]>}
   */
  async shareVisits(share) {
    return (await this.#ask("GET", `/api/shares/${encodeURIComponent(share)}/visits`)).visits;
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
   * Write down that somebody here lays a picture bare.
   *
   * @param {string} photo
   * @returns {Promise<{revealed: number}>} how many that makes in this person's shift
   */
  reveal(photo) {
    return this.#ask("POST", `${photoAddress(photo)}/reveal`, {});
  }

  /**
   * Tell all that somebody here has looked at a photo large.
   *
   * @param {string} photo
   * @returns {Promise<void>}
   */
  seen(photo) {
    return this.#ask("POST", `${photoAddress(photo)}/seen`, {});
  }

  /**
   * @param {string} photo
   * @param {boolean} important
   * @returns {Promise<void>}
   */
  markImportant(photo, important) {
    return this.#ask("POST", `${photoAddress(photo)}/important`, { important });
  }

  /**
   * Write down that a photo is printed.
   *
   * @param {string} photo
   * @returns {Promise<{by: string, at: string}>}
   */
  print(photo) {
    return this.#ask("POST", `${photoAddress(photo)}/print`, {});
  }

  /**
   * Write down that a photo's picture was copied.
   *
   * @param {string} photo
   * @returns {Promise<void>}
   */
  copied(photo) {
    return this.#ask("POST", `${photoAddress(photo)}/copy`, {});
  }

  /**
   * Keep a photo beyond its time.
   *
   * @param {string} photo
   * @param {string} reason
   * @param {string} until
   * @returns {Promise<import("./shapes.js").Photo>}
   */
  keep(photo, reason, until) {
    return this.#ask("POST", `${photoAddress(photo)}/keep`, { reason, until });
  }

  /**
   * @param {string} photo
   * @returns {Promise<import("./shapes.js").Photo>}
   */
  keepNoLonger(photo) {
    return this.#ask("POST", `${photoAddress(photo)}/keep/end`, {});
  }

  /**
   * Take a photo out of every view and every chat, until a supervisor decides.
   *
   * @param {string} photo
   * @returns {Promise<void>}
   */
  quarantine(photo) {
    return this.#ask("POST", `${photoAddress(photo)}/quarantine`, {});
  }

  /**
   * What waits for a supervisor's decision.
   *
   * @returns {Promise<import("./shapes.js").Sealed[]>}
   */
  async sealed() {
    return (await this.#ask("GET", "/api/quarantine")).sealed;
  }

  /**
   * @param {string} photo
   * @returns {Promise<import("./shapes.js").Photo>}
   */
  release(photo) {
    return this.#ask("POST", `/api/quarantine/${encodeURIComponent(photo)}/release`, {});
  }

  /**
   * @param {string} photo
   * @returns {Promise<void>}
   */
  deleteForEver(photo) {
    return this.#ask("POST", `/api/quarantine/${encodeURIComponent(photo)}/delete`, {});
  }

  /**
   * How far pictures are blurred for us, and how many we have revealed in this shift.
   *
   * @returns {Promise<import("./shapes.js").Blurred>}
   */
  blurred() {
    return this.#ask("GET", "/api/blurring");
  }

  /**
   * @param {import("./hiding.js").Blurring | null} own null: as the organisation wants
   * @returns {Promise<import("./shapes.js").Blurred>}
   */
  chooseBlurring(own) {
    return this.#ask("POST", "/api/blurring", { own });
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
      if (error instanceof Problem && error.status === 401) this.#onSessionEnded(error.message);
      if (error instanceof Problem) throw error;
      throw new Problem(this.#say(method === "GET" ? "errors.no_answer" : "errors.perhaps_done"), 0);
    }
  }
}

/** @param {string} id */
function photoAddress(id) {
  return `/api/photos/${encodeURIComponent(id)}`;
}

/** @param {string} id */
function invitationAddress(id) {
  return `/api/invitations/${encodeURIComponent(id)}`;
}
