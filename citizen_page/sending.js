/** Sends the chosen photos, small first, and keeps trying until the server has said that it has each. */

import { ask } from "./door.js";
import { isReadable, upload } from "./upload.js";
import { backoff, rest } from "./waiting.js";

/**
 * @typedef {typeof import("./later.js")} Later
 * @typedef {import("./configuration.js").KnownPhoto} KnownPhoto
 * @typedef {import("./door.js").Outcome} Outcome
 *
 * @typedef {object} Photo
 * @property {string} id made here, so that a repeated try is the same photo
 * @property {Blob} file
 * @property {boolean} wantsPreview
 * @property {Blob | null | undefined} [preview]
 * @property {"shrunk" | "original"} [size] as which it is sent, once that is chosen
 * @property {Blob | undefined} [shrunk]
 *
 * How far one photo is. `share` is what has left the phone (0 to 1); "sent" only after the server's word.
 * @typedef {{state: "waiting" | "offline" | "retrying" | "busy" | "lost" | "sent" | "not_sent"}
 *   | {state: "sending", share: number}
 *   | {state: "refused", sentence: string}} Standing
 */

/** Bytes; less than that goes in one piece, and nobody waits for it long enough to want a preview. */
const SMALL = 250_000;
/** Seconds that an original may take; a longer one is shrunk, unless somebody asks for it. */
const LONG = 30;

/** Milliseconds for which the modules that come later are waited for. */
const PATIENCE = 5000;

/** The queue of photos that are not with the server yet. */
export class Sending {
  /** @type {Photo[]} */
  #queue = [];
  /** @type {Map<string, Blob>} what was sent shrunk, should somebody ask for the original */
  #originals = new Map();
  #working = false;
  /** @type {Later | undefined} */
  #parts;
  #ready;
  #stopped = false;
  #failures = 0;
  /** Bytes per second, as the last preview has measured it; nothing is known of a line that has carried none. */
  #speed = 0;
  #store;
  #isKept = true;
  #onStanding;
  #onKept;
  #onEnded;

  /**
   * @param {object} told
   * @param {Promise<Later | undefined>} told.later
   * @param {(photo: Photo, standing: Standing) => void} told.onStanding
   * @param {() => void} told.onKept whether the phone keeps photos has turned out otherwise
   * @param {(sentence: string) => void} told.onEnded the link is over
   */
  constructor({ later, onStanding, onKept, onEnded }) {
    void later.then((parts) => {
      this.#parts = parts;
    });
    // A line that carries nothing else must not keep a photo waiting.
    this.#ready = Promise.race([later, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    this.#store = later.then((parts) => parts?.openPhotos(location.pathname)).catch(() => null);
    this.#onStanding = onStanding;
    this.#onKept = onKept;
    this.#onEnded = onEnded;
  }

  /** How many photos have neither arrived nor were refused. */
  get unsent() {
    return this.#queue.length;
  }

  /** Whether the phone keeps them, should the page be closed. */
  get isKept() {
    return this.#isKept;
  }

  /**
   * Go on with what an earlier visit to this page has left.
   * @param {KnownPhoto[]} known to the server
   */
  async restore(known) {
    for (const { id, file } of (await (await this.#store)?.all().catch(() => [])) ?? []) {
      const arrived = known.find((photo) => photo.id === id);
      if (this.#stopped || this.#queue.some((photo) => photo.id === id)) {
        continue;
      }
      if (arrived?.size === "original") {
        this.#forget(id);
      } else if (arrived?.size === "shrunk") {
        this.#originals.set(id, file);
      } else {
        // Also where a preview has arrived: it tells anew how much this line carries.
        this.#enqueue({ id, file, wantsPreview: file.size > SMALL });
      }
    }
    for (const { id, original } of known) {
      if (original === "asked") {
        this.sendOriginal(id);
      }
    }
  }

  /**
   * Put a photo at the end of the queue.
   * @param {{id: string, file: File}} photo
   */
  add({ id, file }) {
    this.#enqueue({ id, file, wantsPreview: file.size > SMALL });
    void this.#keep(id, file);
  }

  /**
   * Send what was only sent shrunk, or say that the phone has it no more.
   * @param {string} id
   */
  sendOriginal(id) {
    const file = this.#originals.get(id);
    const sending = this.#queue.find((photo) => photo.id === id);
    if (sending) {
      sending.size = "original";
    } else if (file) {
      this.#originals.delete(id);
      this.#enqueue({ id, file, wantsPreview: false, size: "original" });
    } else {
      void ask(`photos/${id}/gone`, { method: "POST", keepalive: true });
    }
  }

  /**
   * Send no more of a photo.
   * @param {string} id
   */
  drop(id) {
    this.#queue = this.#queue.filter((photo) => photo.id !== id);
    this.#originals.delete(id);
    this.#forget(id);
  }

  /** Stop for good, and say of each photo that it was not sent. */
  stop() {
    this.#stopped = true;
    for (const photo of this.#queue.splice(0)) {
      this.#onStanding(photo, { state: "not_sent" });
    }
    void this.#store.then((store) => store?.clear()).catch(() => {});
  }

  /**
   * @param {string} id
   * @param {Blob} file
   */
  async #keep(id, file) {
    try {
      const store = await this.#store;
      await store?.put({ id, file });
      this.#isKept = Boolean(store);
    } catch {
      // No room any more.
      this.#isKept = false;
    }
    this.#onKept();
  }

  /** @param {Photo} photo */
  #enqueue(photo) {
    this.#queue.push(photo);
    this.#onStanding(photo, { state: "waiting" });
    void this.#work();
  }

  /** @param {string} id */
  #forget(id) {
    void this.#store.then((store) => store?.remove(id)).catch(() => {});
  }

  async #work() {
    if (this.#working) {
      return;
    }
    this.#working = true;
    for (let photo; (photo = this.#queue.find((one) => one.wantsPreview) ?? this.#queue[0]); ) {
      await this.#bring(photo);
    }
    this.#working = false;
  }

  /**
   * Try once to bring a photo further.
   * @param {Photo} photo
   */
  async #bring(photo) {
    /** @param {Standing} standing */
    const leave = (standing) => {
      this.#queue = this.#queue.filter((one) => one !== photo);
      this.#onStanding(photo, standing);
    };
    if (this.#failures === 0) {
      this.#onStanding(photo, { state: "sending", share: 0 });
    }
    const outcome = await this.#send(photo, (share) => {
      // Until something has left the phone, a further try looks as the one before it ended.
      if (share > 0 && this.#queue.includes(photo)) {
        this.#failures = 0;
        this.#onStanding(photo, { state: "sending", share });
      }
    });
    if (!this.#queue.includes(photo)) {
      return;
    }
    if (outcome.kind === "paused") {
      return this.#onStanding(photo, { state: "waiting" });
    }
    if (outcome.kind === "ended") {
      return this.#onEnded(outcome.sentence);
    }
    if (outcome.kind === "busy") {
      this.#onStanding(photo, { state: "busy" });
      return rest(outcome.seconds);
    }
    if (outcome.kind === "cut") {
      this.#failures += 1;
      if (!(await isReadable(photo.file))) {
        this.#forget(photo.id);
        return leave({ state: "lost" });
      }
      this.#onStanding(photo, { state: navigator.onLine ? "retrying" : "offline" });
      return rest(backoff(this.#failures));
    }
    this.#failures = 0;
    if (outcome.kind === "refused") {
      this.#forget(photo.id);
      return leave({ state: "refused", sentence: outcome.sentence });
    }
    if (photo.size === "shrunk") {
      this.#originals.set(photo.id, photo.file);
    } else {
      this.#forget(photo.id);
    }
    leave({ state: "sent" });
  }

  /**
   * @param {Photo} photo
   * @param {(share: number) => void} onShare
   * @returns {Promise<Outcome | {kind: "paused"}>}
   */
  async #send(photo, onShare) {
    const { id, file } = photo;
    if (file.size > SMALL) {
      await this.#ready;
    }
    const later = this.#parts;
    if (photo.wantsPreview) {
      return this.#sendPreview(photo);
    }
    if (!photo.size) {
      const seconds = this.#speed && file.size / this.#speed;
      photo.shrunk = (seconds > LONG && (await later?.shrink(file, later.SHRUNK))) || undefined;
      photo.size = photo.shrunk && photo.shrunk.size < file.size / 2 ? "shrunk" : "original";
    }
    const size = photo.size;
    const sent = { id, size, file: (size === "shrunk" && photo.shrunk) || file };
    if (!later || sent.file.size <= SMALL) {
      return upload(sent, onShare);
    }
    return later.resume(sent, {
      speed: this.#speed,
      onShare,
      mayGoOn: () => photo.size === size && this.#queue.includes(photo) && !this.#queue.some((one) => one.wantsPreview),
    });
  }

  /**
   * @param {Photo} photo
   * @returns {Promise<Outcome | {kind: "paused"}>}
   */
  async #sendPreview(photo) {
    const later = this.#parts;
    photo.preview ??= later && (await later.shrink(photo.file, later.PREVIEW));
    if (!photo.preview) {
      photo.wantsPreview = false;
      return { kind: "paused" };
    }
    const began = performance.now();
    const outcome = await upload({ id: photo.id, file: photo.preview, size: "preview" }, () => {});
    if (outcome.kind !== "done" && outcome.kind !== "refused") {
      return outcome;
    }
    this.#speed = (photo.preview.size / (performance.now() - began)) * 1000;
    photo.wantsPreview = false;
    return { kind: "paused" };
  }
}
