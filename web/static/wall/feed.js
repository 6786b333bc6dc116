/**
 * @file Hears what the journal tells, from a cursor on, and comes back by itself when the line breaks.
 *
 * The stream is read with `fetch`, not with `EventSource`: that hides the server's comments, and without
 * them a line that died silently looks exactly like a quiet night. It also hides why it was refused.
 */

import { EventStream } from "./event_stream.js";

/** The server speaks, if only a comment, every 15 s; after this silence, in milliseconds, the line is dead. */
const SILENCE = 20_000;
/** Waits between attempts in milliseconds; the last one is repeated. */
const WAITS = [500, 1000, 2000, 4000, 8000, 10_000];

/**
 * @typedef {object} FeedNeeds
 * @property {(event: import("./shapes.js").JournalEvent) => void} onEvent
 * @property {() => Promise<number>} onReset loads the lists again and gives the cursor to go on from
 * @property {(isOpen: boolean, heardAt: number) => void} onLine when the line opens or breaks, with the time something
 *   was last heard, by this computer's clock
 * @property {(sentence: string) => void} onSessionEnded with why, empty when nobody says
 */

export class Feed {
  #needs;
  #cursor = 0;
  #heardAt = Date.now();
  #failures = 0;
  #stopped = false;
  #wake = () => {};
  /** @type {AbortController | null} */
  #line = null;

  /** @param {FeedNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
    const wake = () => this.#wake();
    window.addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
  }

  /**
   * Listen from a cursor on until stopped; never rejects.
   *
   * @param {number} cursor
   */
  async listen(cursor) {
    this.#cursor = cursor;
    while (!this.#stopped) {
      try {
        await this.#listenOnce();
      } catch {
        // A broken line is no error: it is told below, and tried again.
      }
      if (this.#stopped) return;
      this.#needs.onLine(false, this.#heardAt);
      await this.#pause();
    }
  }

  /** Stop for good. */
  stop() {
    this.#stopped = true;
    this.#line?.abort();
    this.#wake();
  }

  async #listenOnce() {
    const line = new AbortController();
    this.#line = line;
    let silence = setTimeout(() => line.abort(), SILENCE);
    try {
      const response = await fetch(`/api/events?after=${this.#cursor}`, {
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
        signal: line.signal,
      });
      if (response.status === 401) {
        this.#end(await causeOf(response));
        return;
      }
      if (!response.ok || !response.body) return;
      const stream = new EventStream();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (let isFirst = true; !this.#stopped; isFirst = false) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(() => line.abort(), SILENCE);
        this.#heardAt = Date.now();
        this.#failures = 0;
        if (isFirst) this.#needs.onLine(true, this.#heardAt);
        for (const message of stream.take(decoder.decode(value, { stream: true }))) {
          if (await this.#mustStartAgain(message)) return;
        }
      }
    } finally {
      clearTimeout(silence);
      line.abort();
    }
  }

  /**
   * Hand one message over; true when the lists were loaded again and the stream must start at their cursor.
   *
   * @param {import("./event_stream.js").StreamMessage} message
   */
  async #mustStartAgain(message) {
    if (message.event === "ended") {
      this.#end(titleOf(message.data));
      return true;
    }
    const event = message.event === "message" ? parsed(message.data) : null;
    if (event) {
      this.#needs.onEvent(event);
      this.#cursor = Math.max(this.#cursor, event.number);
      return false;
    }
    if (message.event !== "message" && message.event !== "reset") return false;
    this.#cursor = await this.#needs.onReset();
    return true;
  }

  /** @param {string} sentence */
  #end(sentence) {
    this.stop();
    this.#needs.onSessionEnded(sentence);
  }

  /** Wait before the next attempt, shorter when the network or the dispatcher comes back. */
  async #pause() {
    const wait = WAITS[Math.min(this.#failures, WAITS.length - 1)] ?? 0;
    this.#failures += 1;
    // Some spread, so that fifty walls do not all come back in the same instant.
    const spread = wait * (0.75 + Math.random() / 2);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, spread);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.#wake = () => {};
  }
}

/**
 * Why the server does not let us in; never rejects.
 *
 * @param {Response} response
 */
async function causeOf(response) {
  try {
    return titleOf(await response.text());
  } catch {
    return "";
  }
}

/** @param {string} data */
function titleOf(data) {
  try {
    const { title } = JSON.parse(data);
    return typeof title === "string" ? title : "";
  } catch {
    return "";
  }
}

/**
 * @param {string} data
 * @returns {import("./shapes.js").JournalEvent | null} null when it is not one
 */
function parsed(data) {
  try {
    const event = JSON.parse(data);
    return event !== null && typeof event === "object" && Number.isInteger(event.number) ? event : null;
  } catch {
    return null;
  }
}
