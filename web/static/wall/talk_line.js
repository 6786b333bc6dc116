/** @file Opens the conversation from an invitation's card, and shows there its last sentence and how many are unread. */

import { icon } from "./icons.js";
import { make, setAttribute, setText } from "./elements.js";

export class TalkLine {
  #needs;
  #last = make("span", "talk-line-last", { dir: "auto" });
  #count = make("span", "talk-line-count");
  #heard = make("span", "unseen");

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./conversations.js").Conversations} needs.conversations
   * @param {(id: string) => void} needs.openTalk
   * @param {string} id
   */
  constructor(needs, id) {
    this.#needs = needs;
    this.element = make("button", "talk-line", { type: "button" });
    this.element.append(icon("talk"), this.#heard, this.#last, this.#count);
    this.element.addEventListener("click", () => needs.openTalk(id));
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  update({ id, state }) {
    const { say, conversations } = this.#needs;
    const unread = conversations.unread(id);
    // What nobody has read counts more than what was said last.
    const last = unread.at(-1) ?? conversations.messages(id).at(-1);
    setText(this.#heard, `${say("talk.line")}: `);
    const whose = last?.by_citizen ? say("talk.caller") : (last?.actor ?? "");
    setText(this.#last, last ? `${whose}: ${last.sentence}` : say("talk.write"));
    setAttribute(this.element, "data-unread", unread.length > 0 ? "" : null);
    setText(this.#count, unread.length > 0 ? say("talk.unread", { count: unread.length }) : "");
    this.element.hidden = state !== "open" && last === undefined;
  }
}
