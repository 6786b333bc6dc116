/** Knows every photo of this invitation that the page speaks of, and shows where each one is. */

import { takeBack } from "./door.js";
import { find } from "./element.js";
import { identify } from "./identity.js";
import { Row } from "./row.js";
import { Sending } from "./sending.js";
import { takeBackButton } from "./taking_back.js";
import { wake } from "./waiting.js";
import { fill } from "./words.js";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./configuration.js").KnownState} KnownState
 * @typedef {import("./sending.js").Standing} Standing
 */

const MEGABYTE = 1024 * 1024;

/** The photos, from the moment that they are chosen until they stand on the control room's screen. */
export class Photos {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Map<string, KnownState>} what the server has told of a photo */
  #known = new Map();
  #next = find("next");
  #configuration;
  #words;
  #sending;
  #onEnded;
  /** @type {Map<string, HTMLElement>} the small button of each photo that has arrived */
  #takeBacks = new Map();

  /**
   * @param {Configuration} configuration
   * @param {(sentence: string) => void} onEnded the link is over
   */
  constructor(configuration, onEnded) {
    this.#configuration = configuration;
    this.#words = configuration.words.photo;
    this.#onEnded = onEnded;
    this.#sending = new Sending({
      onEnded,
      onStanding: (photo, standing) => this.#draw(photo.id, standing),
    });
    for (const { id, state } of configuration.photos) {
      this.#addRow(id, null);
      this.learn(id, state, null);
    }
  }

  /** Whether something would be lost if the page went away now. */
  get areSafe() {
    return this.#sending.isDone;
  }

  /** Send no more, and say so of each photo that has not arrived. */
  stop() {
    this.#sending.stop();
    this.#markUnsent();
  }

  /**
   * Show a chosen photo and send it, unless it is hopeless.
   * @param {File} file
   */
  send(file) {
    const id = identify();
    const row = this.#addRow(id, file);
    if (file.size > this.#configuration.most_bytes) {
      const megabytes = Math.floor(this.#configuration.most_bytes / MEGABYTE);
      row.show({ sentence: fill(this.#words.too_large, { megabytes }), mood: "bad" });
    } else {
      this.#sending.add({ id, file });
    }
    this.#markUnsent();
  }

  /**
   * Take up what the server tells of a photo, which may come before the answer to the upload itself.
   * @param {string} id
   * @param {KnownState} state
   * @param {string | null} sentence
   */
  learn(id, state, sentence) {
    if (this.#known.get(id) === "taken_back") {
      return;
    }
    this.#known.set(id, state);
    const row = this.#rows.get(id);
    const beside = this.#takeBack(id);
    if (state === "received") {
      this.#draw(id, { state: "sent" });
    } else if (state === "shown") {
      row?.show({ sentence: this.#words.shown, mood: "good", beside });
      this.#sayNext();
    } else if (state === "unreadable") {
      row?.show({ sentence: sentence || this.#words.unreadable, mood: "bad", beside });
    } else {
      row?.show({ sentence: this.#words.forgotten });
    }
  }

  /**
   * @param {string} id
   * @param {File | null} file
   */
  #addRow(id, file) {
    const row = new Row({
      name: fill(this.#words.name, { number: this.#rows.size + 1 }),
      picture: file ?? document.querySelector(".take svg"),
      buttonText: this.#configuration.words.try_again,
      onButton: wake,
    });
    this.#rows.set(id, row);
    return row;
  }

  /**
   * @param {string} id
   * @param {Standing} standing
   */
  #draw(id, standing) {
    this.#markUnsent();
    const known = this.#known.get(id) ?? "received";
    if (known !== "received") {
      // The server has told more than this try knows.
      return;
    }
    const row = this.#rows.get(id);
    const { state } = standing;
    if (state === "sending") {
      // The last percent belongs to the server's answer.
      const percent = Math.min(Math.floor(standing.share * 100), 99);
      row?.show({ sentence: fill(this.#words.sending, { percent }), percent });
    } else if (state === "refused") {
      row?.show({ sentence: standing.sentence || this.#words.refused, mood: "bad" });
    } else if (state === "sent") {
      row?.show({ sentence: this.#words.sent, mood: "good", beside: this.#takeBack(id) });
      this.#sayNext();
    } else {
      const again = state === "offline" || state === "retrying" || state === "busy";
      row?.show({ sentence: this.#words[state], mood: again || state === "waiting" ? "" : "bad", again });
    }
  }

  /**
   * @param {string} id
   * @returns {HTMLElement}
   */
  #takeBack(id) {
    const button = this.#takeBacks.get(id) ?? takeBackButton(this.#words, () => void this.#bringBack(id));
    this.#takeBacks.set(id, button);
    return button;
  }

  /** @param {string} id */
  async #bringBack(id) {
    const row = this.#rows.get(id);
    row?.show({ sentence: this.#words.taking_back });
    const known = this.#known.get(id) ?? "received";
    // From here on: the feed tells of the deletion, too, and perhaps before the answer.
    this.#known.set(id, "taken_back");
    const outcome = await takeBack(id);
    if (outcome.kind === "done") {
      this.#next.hidden = true;
      row?.show({ sentence: this.#words.taken_back });
      return;
    }
    this.#known.set(id, known);
    if (outcome.kind === "ended") {
      this.#onEnded(outcome.sentence);
    } else {
      row?.show({ sentence: this.#words.not_taken_back, mood: "bad", beside: this.#takeBack(id) });
    }
  }

  #sayNext() {
    this.#next.hidden = false;
    /** @type {HTMLElement} */ (document.querySelector(".take span")).textContent = this.#configuration.words.take_another;
  }

  #markUnsent() {
    document.body.classList.toggle("unsent", !this.#sending.isDone);
  }
}
