/** Knows every photo of this invitation that the page speaks of, and shows where each one is. */

import { noteTrouble, noteUnsent } from "./attending.js";
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

/** What is said of a photo that still has some way to go. */
const ON_ITS_WAY = /^(waiting|sending|offline|retrying|busy)$/;

/** The photos, from the moment that they are chosen until they stand on the control room's screen. */
export class Photos {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Map<string, KnownState>} what the server has told of a photo */
  #known = new Map();
  /** @type {Map<string, string>} what the server has said to a photo that it cannot use */
  #sentences = new Map();
  /** @type {Map<string, Standing>} how far this phone is with it */
  #standings = new Map();
  /** @type {Set<string>} of which less has arrived than a photo */
  #small = new Set();
  #next = find("next");
  #tally = find("tally");
  #configuration;
  #words;
  #sending;
  #onEnded;
  /** @type {Map<string, HTMLElement>} the small button of each photo that has arrived */
  #takeBacks = new Map();

  /**
   * @param {Configuration} configuration
   * @param {Promise<import("./sending.js").Later | undefined>} later
   * @param {(sentence: string) => void} onEnded the link is over
   */
  constructor(configuration, later, onEnded) {
    const { photos, words } = configuration;
    this.#configuration = configuration;
    this.#words = words.photo;
    this.#onEnded = onEnded;
    this.#sending = new Sending({
      later,
      onEnded,
      onKept: () => this.#count(),
      onStanding: ({ id, file }, standing) => {
        if (!this.#rows.has(id)) {
          this.#addRow(id, file);
        } else if (!this.#standings.has(id)) {
          this.#rows.get(id)?.illustrate(file);
        }
        this.#standings.set(id, standing);
        if (standing.state === "sent") {
          this.#small.delete(id);
          noteTrouble("photo");
        }
        if (/^(refused|lost)$/.test(standing.state)) {
          noteTrouble("photo", standing.state);
        }
        this.#draw(id);
      },
    });
    for (const { id, state, size } of photos) {
      this.#addRow(id, null);
      if (size === "preview") {
        this.#small.add(id);
      }
      this.learn(id, state, null);
    }
    void this.#sending.restore(photos);
  }

  /** Whether something would be lost if the page went away now. */
  get areSafe() {
    return !this.#sending.unsent;
  }

  /** Send no more, and say so of each photo that has not arrived. */
  stop() {
    this.#sending.stop();
    this.#count();
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
      noteTrouble("photo", "too_large");
    } else {
      noteTrouble("photo");
      this.#standings.set(id, { state: "waiting" });
      this.#sending.add({ id, file });
    }
    this.#count();
  }

  /**
   * Send the original of a photo, of which a slow line has carried less.
   * @param {string} id
   */
  sendOriginal(id) {
    this.#sending.sendOriginal(id);
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
    if (sentence) {
      this.#sentences.set(id, sentence);
    }
    this.#draw(id);
  }

  /**
   * @param {string} id
   * @param {Blob | null} file
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
   * Show what is true of a photo: what the server knows of it, and what is still on its way.
   * @param {string} id
   */
  #draw(id) {
    this.#count();
    const row = this.#rows.get(id);
    const words = this.#words;
    const known = this.#known.get(id);
    const standing = this.#standings.get(id) ?? { state: "sent" };
    const { state } = standing;
    const isSeen = known === "shown";
    const beside = known || state === "sent" ? this.#takeBack(id) : undefined;
    if (known === "taken_back") {
      // Whoever takes it back says how far that is.
    } else if (known === "forgotten") {
      row?.show({ sentence: words.forgotten });
    } else if (known === "unreadable") {
      row?.show({ sentence: this.#sentences.get(id) || words.unreadable, mood: "bad", beside });
    } else if (state === "sending" || (state === "waiting" && isSeen)) {
      // The last percent belongs to the server's answer.
      const percent = state === "sending" ? Math.min(Math.floor(standing.share * 100), 99) : 0;
      row?.show({ sentence: fill(isSeen ? words.coming : words.sending, { percent }), percent, beside });
    } else if (ON_ITS_WAY.test(state)) {
      row?.show({ sentence: words[state], again: state !== "waiting", beside });
    } else if (isSeen) {
      const isSmall = state !== "sent" || this.#small.has(id);
      row?.show({ sentence: isSmall ? words.preview_only : words.shown, mood: "good", beside });
      this.#sayNext();
    } else if (state === "sent") {
      row?.show({ sentence: words.sent, mood: "good", beside });
      this.#sayNext();
    } else {
      const sentence = state === "refused" ? standing.sentence || words.refused : words[state];
      row?.show({ sentence, mood: "bad", beside });
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
    this.#standings.delete(id);
    this.#sending.drop(id);
    this.#count();
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

  /** Say how many of several photos have arrived, as long as some have not. */
  #count() {
    const states = [...this.#standings.values()].map(({ state }) => state);
    const isWaiting = states.some((state) => /^(offline|retrying)$/.test(state));
    const sent = states.filter((state) => state === "sent").length;
    const { unsent, isKept } = this.#sending;
    const all = states.length;
    const sentence = isWaiting ? this.#words.tally_waiting : this.#words.tally;
    document.body.classList.toggle("unsent", unsent > 0);
    this.#tally.hidden = !unsent || (all < 2 && isKept);
    this.#tally.textContent = [all > 1 && fill(sentence, { sent, all }), isKept || this.#words.not_kept].filter((said) => said && said !== true).join(". ");
    noteUnsent(unsent);
  }
}
