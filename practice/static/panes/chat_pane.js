/** @file Shows the team chat. */

import { Composer } from "./composer.js";
import { promised } from "./elements.js";
import { gist, MessageView } from "./message.js";
import { Problem } from "./server.js";
import { Toast } from "./toast.js";

/** So near to the end, in pixels, somebody reads the newest messages and wants to go on doing so. */
const NEAR = 80;

export class ChatPane {
  #list = promised("chat-list", HTMLOListElement);
  #scroll = promised("chat-scroll", HTMLElement);
  #none = promised("chat-none", HTMLElement);
  #newest = promised("chat-newest", HTMLButtonElement);
  #toast = new Toast(promised("toast", HTMLElement));
  /** @type {Map<number, MessageView>} */
  #views = new Map();
  #say;
  #needs;
  #composer;

  /**
   * @param {object} needs
   * @param {import("./server.js").Server} needs.server
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./links.js").Open} needs.open
   * @param {() => void} needs.onDone something was said or pressed, and the answer waits
   */
  constructor({ server, say, times, open, onDone }) {
    this.#say = say;
    /** @param {() => Promise<string | null>} act */
    const attempt = async (act) => {
      try {
        const answer = await act();
        if (answer) this.#toast.show(answer);
        return true;
      } catch (error) {
        this.#toast.show(error instanceof Problem ? error.message : say("errors.not_done"));
        return false;
      } finally {
        onDone();
      }
    };
    this.#composer = new Composer({
      say,
      send: (text, replyTo) =>
        attempt(async () => {
          this.#goToTheEnd();
          await server.say(text, replyTo);
          return null;
        }),
    });
    this.#needs = {
      say,
      times,
      open,
      /** @param {import("./shapes.js").Message} message */
      reply: (message) => this.#composer.replyTo({ id: message.id, name: message.from, text: gist(message, say) }),
      /** @type {(message: number, value: string) => void} */
      press: (message, value) => void attempt(() => server.press(message, value)),
      /** @param {string} text */
      copy: (text) => void this.#copy(text),
      /** @param {number} id */
      goTo: (id) => this.#goTo(id),
    };
    this.#newest.addEventListener("click", () => {
      this.#goToTheEnd();
      this.#composer.focus();
    });
    this.#scroll.addEventListener("scroll", () => {
      if (this.#isAtTheEnd()) this.#newest.hidden = true;
    });
    // The pane changes its size as well: the reader of the newest messages stays there.
    new ResizeObserver(() => {
      if (this.#newest.hidden) this.#goToTheEnd();
    }).observe(this.#scroll);
  }

  focus() {
    this.#composer.focus();
  }

  /**
   * @param {import("./shapes.js").Message[]} chat
   * @param {boolean} isNew whether nobody was invited yet
   */
  show(chat, isNew) {
    const wasAtTheEnd = this.#isAtTheEnd();
    const messages = new Map(chat.map((message) => [message.id, message]));
    const known = this.#views.size;
    for (const message of chat) {
      let view = this.#views.get(message.id);
      if (!view) {
        view = new MessageView(message, this.#needs);
        this.#views.set(message.id, view);
        this.#list.append(view.element);
      }
      view.show(message, message.reply_to === null ? undefined : messages.get(message.reply_to));
    }
    for (const [id, view] of this.#views) {
      if (messages.has(id)) continue;
      view.element.remove();
      this.#views.delete(id);
    }
    this.#none.hidden = chat.length > 0;
    this.#composer.offerExample(isNew);
    if (wasAtTheEnd) this.#goToTheEnd();
    else if (this.#views.size > known) this.#newest.hidden = false;
  }

  #isAtTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #goToTheEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#newest.hidden = true;
  }

  /** @param {number} id */
  #goTo(id) {
    const element = this.#views.get(id)?.element;
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  }

  /** @param {string} text */
  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.#toast.show(this.#say("chat.copied"));
    } catch {
      this.#toast.show(this.#say("chat.not_copied"));
    }
  }
}
