/** @file Shows one sentence of a conversation: whose, when, what it answers, and whether it has been shown. */

import { button } from "./buttons.js";
import { make, setAttribute, setText } from "./elements.js";

/** @typedef {import("./shapes.js").Message} Message */

export class Bubble {
  #needs;
  #quote = make("p", "bubble-quote");
  #text = make("p", "bubble-text", { dir: "auto" });
  #meta = make("p", "bubble-meta");

  /**
   * @param {Message} message
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {(number: number) => Message | null} needs.messageOf
   */
  constructor(message, needs) {
    this.#needs = needs;
    this.element = make("li", "bubble", {}, this.#quote, this.#text, this.#meta);
    this.update(message);
  }

  /** @param {Message} message */
  update(message) {
    const { say, times, messageOf } = this.#needs;
    setAttribute(this.element, "data-by", message.by_citizen ? "citizen" : "desk");
    setAttribute(this.element, "data-number", String(message.number));
    setAttribute(this.element, "data-shown", message.shown_at ? "" : null);
    const question = message.reply_to === null ? null : messageOf(message.reply_to);
    setText(this.#quote, question ? say("talk.answer_to", { question: question.sentence }) : "");
    setText(this.#text, message.sentence);
    setAttribute(this.#text, "lang", message.by_citizen && !message.ready ? message.language : null);
    const meta = [message.by_citizen ? say("talk.caller") : message.actor, times.ofDay(message.at)];
    if (message.by_citizen && message.waited) meta.push(say("talk.waited", { span: times.roughly(message.waited) }));
    if (!message.by_citizen) {
      meta.push(message.shown_at ? say("talk.shown", { time: times.ofDay(message.shown_at) }) : say("talk.not_shown"));
    }
    setText(this.#meta, meta.join(" · "));
  }
}

export class OutgoingBubble {
  #say;
  #outgoing;
  #meta = make("p", "bubble-meta");
  #fault = make("div", "bubble-fault");
  #problem = make("p", "fault", { role: "alert" });

  /**
   * @param {import("./conversations.js").Outgoing} outgoing
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {() => void} needs.onAgain
   * @param {() => void} needs.onEdit
   */
  constructor(outgoing, { say, onAgain, onEdit }) {
    this.#say = say;
    this.#outgoing = outgoing;
    const again = button(say("talk.again"), "again");
    again.addEventListener("click", onAgain);
    const edit = button(say(outgoing.ready === null ? "talk.edit" : "talk.discard"), "cross");
    edit.addEventListener("click", onEdit);
    this.#fault.append(this.#problem, make("div", "bubble-ways", {}, again, edit));
    const text = make("p", "bubble-text", { dir: "auto" }, outgoing.sentence);
    this.element = make("li", "bubble", { "data-by": "desk", "data-outgoing": "" }, text, this.#meta, this.#fault);
    this.update();
  }

  update() {
    const hasFailed = this.#outgoing.state === "failed";
    setAttribute(this.element, "data-failed", hasFailed ? "" : null);
    setText(this.#meta, hasFailed ? "" : this.#say("talk.sending"));
    setText(this.#problem, this.#outgoing.problem);
    this.#fault.hidden = !hasFailed;
  }
}
