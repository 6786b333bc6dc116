/**
 * @file Holds what is known of invitations and photos, and tells the views what changed.
 *
 * Everything arrives as whole objects, from lists and from events, in any order and more than once. Each
 * is kept with the journal's number at which it was known; what is not newer is left alone.
 */

/**
 * @template T
 * @typedef {{number: number, value: T}} Known
 */

/**
 * @typedef {object} RegisterListener
 * @property {(invitation: import("./shapes.js").Invitation) => void} onInvitation
 * @property {(id: string) => void} onInvitationForgotten
 * @property {(photo: import("./shapes.js").Photo) => void} onPhoto
 * @property {(photo: import("./shapes.js").Photo) => void} onPhotoForgotten
 */

/** What takes a photo away; one that was taken into quarantine may come back. */
const GONE = new Set(["PhotoForgotten", "PhotoQuarantined"]);

export class Register {
  /** @type {Map<string, Known<import("./shapes.js").Invitation>>} */
  #invitations = new Map();
  /** @type {Map<string, Known<import("./shapes.js").Photo>>} */
  #photos = new Map();
  /** With the journal's number at which they went. @type {Map<string, number>} */
  #forgottenPhotos = new Map();
  /** @type {Partial<RegisterListener>[]} */
  #listeners = [];

  /** @param {Partial<RegisterListener>} listener */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /** @param {string} id */
  invitation(id) {
    return this.#invitations.get(id)?.value ?? null;
  }

  /** @param {string} id */
  photo(id) {
    return this.#photos.get(id)?.value ?? null;
  }

  /**
   * All photos, newest first.
   *
   * @returns {import("./shapes.js").Photo[]}
   */
  photos() {
    return [...this.#photos.values()].map((known) => known.value).sort(newestFirst);
  }

  /** @param {string} invitation */
  photosOf(invitation) {
    return this.photos().filter((photo) => photo.invitation === invitation);
  }

  /** All invitations, the newest first. */
  invitations() {
    return [...this.#invitations.values()].map((known) => known.value).sort((one, other) => other.number - one.number);
  }

  get isEmpty() {
    return this.#invitations.size === 0 && this.#photos.size === 0;
  }

  get hasPhotos() {
    return this.#photos.size > 0;
  }

  /**
   * The journal's number at which an invitation is known, 0 when it is not.
   *
   * @param {string} id
   */
  numberOf(id) {
    return this.#invitations.get(id)?.number ?? 0;
  }

  /**
   * Take both lists; what they no longer hold is forgotten.
   *
   * @param {import("./shapes.js").Lists} lists
   */
  takeLists({ invitations, invitationsCursor, photos, photosCursor }) {
    const listedInvitations = new Set(invitations.map((invitation) => invitation.id));
    for (const [id, known] of this.#invitations) {
      if (!listedInvitations.has(id) && known.number <= invitationsCursor) this.#forgetInvitation(id);
    }
    const listedPhotos = new Set(photos.map((photo) => photo.id));
    for (const [id, known] of this.#photos) {
      if (!listedPhotos.has(id) && known.number <= photosCursor) this.#forgetPhoto(id, photosCursor);
    }
    for (const invitation of [...invitations].reverse()) this.#takeInvitation(invitation, invitationsCursor);
    for (const photo of [...photos].reverse()) this.#takePhoto(photo, photosCursor);
  }

  /**
   * Take what an event brings.
   *
   * @param {import("./shapes.js").JournalEvent} event
   */
  takeEvent(event) {
    if (event.invitation) this.#takeInvitation(event.invitation, event.number);
    if (event.photo) this.#takePhoto(event.photo, event.number);
    else if (GONE.has(event.kind) && event.photo_id) {
      this.#forgetPhoto(event.photo_id, event.kind === "PhotoForgotten" ? Infinity : event.number);
    }
  }

  /**
   * Let a photo go that we have just sent away, before the feed tells it.
   *
   * @param {string} id
   */
  drop(id) {
    this.#forgetPhoto(id, this.#photos.get(id)?.number ?? 0);
  }

  /**
   * Take the invitation out of an answer, unless the feed has told something newer meanwhile.
   *
   * @param {import("./shapes.js").Invitation} invitation
   * @param {number} numberBefore what `numberOf` said when the question was asked
   */
  takeAnswer(invitation, numberBefore) {
    if (this.numberOf(invitation.id) === numberBefore) this.#keepInvitation(invitation, numberBefore);
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {number} number
   */
  #takeInvitation(invitation, number) {
    const known = this.#invitations.get(invitation.id);
    if (!known || number > known.number) this.#keepInvitation(invitation, number);
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {number} number
   */
  #keepInvitation(invitation, number) {
    this.#invitations.set(invitation.id, { number, value: invitation });
    for (const listener of this.#listeners) listener.onInvitation?.(invitation);
  }

  /**
   * @param {import("./shapes.js").Photo} photo
   * @param {number} number
   */
  #takePhoto(photo, number) {
    const known = this.#photos.get(photo.id);
    if (number <= (this.#forgottenPhotos.get(photo.id) ?? -1) || (known && number <= known.number)) return;
    this.#photos.set(photo.id, { number, value: photo });
    for (const listener of this.#listeners) listener.onPhoto?.(photo);
  }

  /** @param {string} id */
  #forgetInvitation(id) {
    this.#invitations.delete(id);
    for (const listener of this.#listeners) listener.onInvitationForgotten?.(id);
  }

  /**
   * @param {string} id
   * @param {number} number
   */
  #forgetPhoto(id, number) {
    const known = this.#photos.get(id);
    this.#photos.delete(id);
    this.#forgottenPhotos.set(id, Math.max(number, this.#forgottenPhotos.get(id) ?? 0));
    if (known) for (const listener of this.#listeners) listener.onPhotoForgotten?.(known.value);
  }
}

/**
 * The order of the wall.
 *
 * @param {import("./shapes.js").Photo} one
 * @param {import("./shapes.js").Photo} other
 */
export function newestFirst(one, other) {
  if (one.received_at !== other.received_at) return one.received_at < other.received_at ? 1 : -1;
  if (one.number !== other.number) return other.number - one.number;
  return one.id < other.id ? 1 : -1;
}
