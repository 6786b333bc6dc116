/** @file Asks the server of the practice mode. */

/** After this long, in milliseconds, an answer is no longer waited for. */
const PATIENCE = 15_000;

/** What the server, or the way to it, had against a request; the message is a sentence to show. */
export class Problem extends Error {}

export class Server {
  #say;

  /** @param {import("./shapes.js").Say} say */
  constructor(say) {
    this.#say = say;
  }

  /**
   * Everything there is to see, as the text of its JSON.
   *
   * @returns {Promise<string>}
   */
  async state() {
    return (await this.#ask("GET", "state")).text();
  }

  /**
   * Say something in the team chat.
   *
   * @param {string} text
   * @param {number | null} replyTo
   */
  async say(text, replyTo) {
    await this.#ask("POST", "chat", replyTo === null ? { text } : { text, reply_to: replyTo });
  }

  /**
   * Press a button below a message; what the bot answers, if anything.
   *
   * @param {number} message
   * @param {string} value
   * @returns {Promise<string | null>}
   */
  async press(message, value) {
    return (await (await this.#ask("POST", "press", { message, data: value })).json()).answer;
  }

  /** Sign the photowall's pane in. */
  async signIn() {
    await this.#ask("POST", "sign-in", {});
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} name
   * @param {object} [body]
   */
  async #ask(method, name, body) {
    let response;
    try {
      response = await fetch(`/practice/${name}`, {
        method,
        headers: body ? { "Content-Type": "application/json", Accept: "application/json" } : {},
        cache: "no-store",
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      // Only what is asked for by itself is asked for again by itself.
      throw new Problem(this.#say(method === "GET" ? "errors.no_answer" : "errors.not_done"));
    }
    if (response.ok) return response;
    throw new Problem(await this.#sentenceOf(response));
  }

  /** @param {Response} response */
  async #sentenceOf(response) {
    try {
      const { title } = await response.json();
      if (typeof title === "string" && title) return title;
    } catch {
      // Not one of our own refusals.
    }
    return this.#say("errors.not_done");
  }
}
