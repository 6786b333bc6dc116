/** @file Shows the conversation with one caller beside the wall, and lets the dispatcher write, by hand or ready-made. */

import { Bubble, OutgoingBubble } from "./bubble.js";
import { mayHaveWritten } from "./conversations.js";
import { promised, setAttribute, setText } from "./elements.js";
import { ReadyMade } from "./ready_made.js";

/** A sentence that the page has not shown within this time, in milliseconds, waits for a page that is not open. */
const SHOWN_WITHIN = 8000;
/** Further than this many pixels from the end, somebody reads what was said before. */
const AT_END = 48;

export class TalkPanel {
  #needs;
  /** @type {string | null} */
  #id = null;
  /** @type {Map<string, string>} what is typed and not sent, by invitation */
  #drafts = new Map();
  /** @type {Map<number, Bubble>} */
  #bubbles = new Map();
  /** @type {Map<import("./conversations.js").Outgoing, OutgoingBubble>} */
  #outgoing = new Map();
  #isAsking = false;
  #panel = promised("talk", HTMLElement);
  #title = promised("talk-title", HTMLElement);
  #whom = promised("talk-whom", HTMLElement);
  #scroll = promised("talk-scroll", HTMLElement);
  #list = promised("talk-said", HTMLElement);
  #none = promised("talk-none", HTMLElement);
  #below = promised("talk-below", HTMLButtonElement);
  #belowWords = promised("talk-below-words", HTMLElement);
  #state = promised("talk-state", HTMLElement);
  #form = promised("talk-form", HTMLFormElement);
  #field = promised("talk-text", HTMLInputElement);
  #ready;
  #names;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./clock.js").Clock} needs.clock
   * @param {import("./api.js").Api} needs.api
   * @param {import("./register.js").Register} needs.register
   * @param {import("./conversations.js").Conversations} needs.conversations
   * @param {(id: string) => void} needs.onClosed with the invitation whose conversation was open
   */
  constructor(needs) {
    this.#needs = needs;
    this.#names = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
    const places = { list: promised("talk-ready", HTMLElement), field: this.#field };
    this.#ready = new ReadyMade(places, {
      say: needs.say,
      onChosen: ({ ready, sentence }) => this.#send(sentence, ready),
    });
    promised("talk-close", HTMLButtonElement).addEventListener("click", () => this.close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(this.#field.value.trim(), null);
    });
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
    });
    this.#below.addEventListener("click", () => this.#toEnd());
    this.#scroll.addEventListener("scroll", () => this.#look());
    document.addEventListener("visibilitychange", () => this.#look());
    needs.conversations.listen((id) => {
      if (id === this.#id) this.#draw();
    });
    needs.clock.everySecond(() => this.#tellState());
  }

  /** The invitation whose conversation is open. */
  get open() {
    return this.#id;
  }

  /**
   * Show the conversation with the caller of an invitation, with the keyboard in the field.
   *
   * @param {string} id
   */
  show(id) {
    if (this.#id !== id) {
      this.#keepDraft();
      this.#clear();
      this.#id = id;
      this.#field.value = this.#drafts.get(id) ?? "";
      this.#panel.hidden = false;
      const { conversations } = this.#needs;
      if (!conversations.isLoaded(id)) void conversations.load(id);
      this.#ready.narrow();
      this.#draw();
      for (const { number } of conversations.unread(id)) this.#bubbles.get(number)?.element.setAttribute("data-new", "");
      this.#toEnd();
    }
    this.#field.focus();
    void this.#offer();
  }

  /** Put the panel away; what was typed stays for the next time. */
  close() {
    const closed = this.#id;
    if (closed === null) return;
    this.#keepDraft();
    this.#clear();
    this.#id = null;
    this.#panel.hidden = true;
    this.#needs.onClosed(closed);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  put(invitation) {
    if (invitation.id === this.#id) this.#draw();
  }

  /** @param {string} id of an invitation that is forgotten */
  forget(id) {
    this.#drafts.delete(id);
    if (this.#id === id) this.close();
  }

  async #offer() {
    if (!this.#ready.isEmpty || this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.#ready.offer(await this.#needs.api.sentences());
    } catch {
      // The field works without; the next opening asks again.
    } finally {
      this.#isAsking = false;
    }
  }

  #draw() {
    const id = this.#id;
    if (id === null) return;
    const { say, register, conversations } = this.#needs;
    const invitation = register.invitation(id);
    if (!invitation) return;
    const wasAtEnd = this.#isAtEnd;
    setText(this.#title, say("talk.title", { number: invitation.number }));
    const whom = [invitation.to ?? say("card.link_only"), invitation.incident, say("card.by", { name: invitation.by })];
    setText(this.#whom, whom.filter(Boolean).join(" · "));
    const messages = conversations.messages(id);
    this.#drawMessages(messages);
    this.#drawOutgoing(id);
    this.#none.hidden = messages.length > 0 || this.#outgoing.size > 0;
    setText(this.#none, say(conversations.isLoaded(id) ? "talk.none" : "talk.loading"));
    const isOpen = invitation.state === "open";
    this.#form.hidden = !isOpen;
    if (wasAtEnd) this.#toEnd();
    this.#look();
    this.#tellState();
  }

  /** @param {readonly import("./shapes.js").Message[]} messages oldest first */
  #drawMessages(messages) {
    const { say, times } = this.#needs;
    const known = new Map(messages.map((message) => [message.number, message]));
    for (const [number, bubble] of this.#bubbles) {
      if (known.has(number)) continue;
      bubble.element.remove();
      this.#bubbles.delete(number);
    }
    /** @type {Element | null} */
    let before = null;
    for (const message of messages) {
      let bubble = this.#bubbles.get(message.number);
      if (bubble) {
        bubble.update(message);
      } else {
        bubble = new Bubble(message, { say, times, messageOf: (number) => known.get(number) ?? null });
        this.#bubbles.set(message.number, bubble);
        this.#list.insertBefore(bubble.element, before ? before.nextElementSibling : this.#list.firstElementChild);
      }
      before = bubble.element;
    }
  }

  /** @param {string} id */
  #drawOutgoing(id) {
    const { say, conversations } = this.#needs;
    const waiting = conversations.outgoing(id);
    for (const [outgoing, bubble] of this.#outgoing) {
      if (waiting.includes(outgoing)) continue;
      if (bubble.element.contains(document.activeElement)) this.#field.focus();
      bubble.element.remove();
      this.#outgoing.delete(outgoing);
    }
    for (const outgoing of waiting) {
      let bubble = this.#outgoing.get(outgoing);
      if (!bubble) {
        const onEdit = () => {
          if (outgoing.ready === null && this.#field.value === "") this.#field.value = outgoing.sentence;
          conversations.discard(id, outgoing);
          this.#field.focus();
        };
        bubble = new OutgoingBubble(outgoing, { say, onAgain: () => conversations.again(id, outgoing), onEdit });
        this.#outgoing.set(outgoing, bubble);
        this.#list.append(bubble.element);
      }
      bubble.update();
    }
  }

  /**
   * @param {string} sentence
   * @param {string | null} ready
   */
  #send(sentence, ready) {
    const id = this.#id;
    if (id === null || sentence === "") return;
    this.#field.value = "";
    this.#ready.narrow();
    this.#field.focus();
    this.#needs.conversations.say(id, { sentence, ready });
    this.#toEnd();
  }

  /** Note what is in sight as read, and say how much is further down. */
  #look() {
    const id = this.#id;
    if (id === null) return;
    const { say, conversations } = this.#needs;
    const unread = conversations.unread(id);
    if (this.#isAtEnd && document.visibilityState === "visible" && unread.length > 0) conversations.read(id);
    const isBelow = !this.#isAtEnd && unread.length > 0;
    this.#below.hidden = !isBelow;
    if (isBelow) setText(this.#belowWords, say("talk.below", { count: unread.length }));
  }

  /** Say, always in the same place, what hinders the conversation, or how the caller reads it. */
  #tellState() {
    const invitation = this.#id === null ? null : this.#needs.register.invitation(this.#id);
    if (!invitation) return;
    const { say, clock, conversations } = this.#needs;
    const messages = conversations.messages(invitation.id);
    const waiting = messages.find((message) => !message.by_citizen && message.shown_at === null);
    const isLate = waiting !== undefined && clock.now() - Date.parse(waiting.at) > SHOWN_WITHIN;
    const heard = messages.filter((message) => message.by_citizen).at(-1)?.language;
    const language = this.#names.of(heard ?? invitation.language) ?? invitation.language;
    const [kind, sentence] =
      invitation.state !== "open"
        ? ["ended", say("talk.ended")]
        : isLate || (!mayHaveWritten(invitation) && waiting)
          ? ["away", say(mayHaveWritten(invitation) ? "talk.page_not_open" : "talk.page_never_open")]
          : ["language", say("talk.language", { language })];
    setAttribute(this.#state, "data-kind", kind ?? null);
    setText(this.#state, sentence ?? "");
  }

  get #isAtEnd() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < AT_END;
  }

  #toEnd() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#look();
  }

  #keepDraft() {
    if (this.#id !== null) this.#drafts.set(this.#id, this.#field.value);
  }

  #clear() {
    this.#list.replaceChildren();
    this.#bubbles.clear();
    this.#outgoing.clear();
  }
}
