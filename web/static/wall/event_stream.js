/** @file Reads the text/event-stream format piece by piece. */

/**
 * @typedef {object} StreamMessage
 * @property {string} event "message" when unnamed
 * @property {string} data
 * @property {string | null} id
 */

/** Takes pieces of text as they come and gives whole messages; comments are dropped. */
export class EventStream {
  #rest = "";
  /** @type {string[]} */
  #data = [];
  #event = "";
  /** @type {string | null} */
  #id = null;

  /**
   * Take the next piece of text.
   *
   * Follows "Interpreting an event stream" of the HTML standard, for lines ended by LF or CR LF.
   *
   * @param {string} piece
   * @returns {StreamMessage[]}
   */
  take(piece) {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    /** @type {StreamMessage[]} */
    const whole = [];
    for (const line of lines) {
      const message = this.#takeLine(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (message) whole.push(message);
    }
    return whole;
  }

  /**
   * @param {string} line
   * @returns {StreamMessage | null}
   */
  #takeLine(line) {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#event = value;
    else if (field === "id") this.#id = value;
    return null;
  }

  #finish() {
    const message = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    const isEmpty = this.#data.length === 0 && message.event === "message";
    this.#data = [];
    this.#event = "";
    return isEmpty ? null : message;
  }
}
