/** @file Holds what was said and heard in each invitation, what is still under way, and what nobody here has read yet. */

import { Problem } from "./api.js";

/** Conversations that are loaded at the same time. */
const LANES = 3;
/** Waits, in milliseconds, before a conversation that did not come is asked for again. */
const RETRIES = [1500, 5000, 15_000];

/**
 * @typedef {object} Outgoing a sentence that the server has not confirmed
 * @property {string} id the same at each attempt, so that it is said once
 * @property {string} at
 * @property {string} sentence
 * @property {string | null} ready
 * @property {"sending" | "failed"} state
 * @property {string} problem
 *
 * @typedef {object} Talk
 * @property {Map<number, import("./shapes.js").Message>} messages
 * @property {Outgoing[]} outgoing
 * @property {boolean} isLoaded
 * @property {Promise<void> | null} loading
 * @property {{number: number, at: string}} shown up to which number the page has shown what was said
 */

export class Conversations {
  #api;
  #say;
  #marks;
  #ourName;
  /** @type {Map<string, Talk>} */
  #talks = new Map();
  /** The highest number of an event that has been heard. */
  #heard = 0;
  /** @type {((id: string) => void)[]} */
  #listeners = [];

  /**
   * @param {object} needs
   * @param {import("./api.js").Api} needs.api
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./read_marks.js").ReadMarks} needs.marks
   * @param {string} needs.ourName
   */
  constructor({ api, say, marks, ourName }) {
    this.#api = api;
    this.#say = say;
    this.#marks = marks;
    this.#ourName = ourName;
    marks.listen(() => {
      for (const id of this.#talks.keys()) this.#tell(id);
    });
  }

  /** @param {(id: string) => void} listener called with the invitation whose conversation changed */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /**
   * @param {string} id
   * @returns {import("./shapes.js").Message[]} oldest first
   */
  messages(id) {
    return [...(this.#talks.get(id)?.messages.values() ?? [])].sort((one, other) => one.number - other.number);
  }

  /**
   * @param {string} id
   * @returns {readonly Outgoing[]}
   */
  outgoing(id) {
    return this.#talks.get(id)?.outgoing ?? [];
  }

  /** @param {string} id */
  isLoaded(id) {
    return this.#talks.get(id)?.isLoaded ?? false;
  }

  /**
   * What the citizen wrote and this browser has not shown, oldest first.
   *
   * @param {string} id
   */
  unread(id) {
    const read = this.#marks.of(id);
    return this.messages(id).filter((message) => message.by_citizen && message.number > read);
  }

  /**
   * Note that all of a conversation has been seen.
   *
   * @param {string} id
   */
  read(id) {
    const newest = this.unread(id).at(-1);
    if (!newest) return;
    this.#marks.put(id, newest.number);
    this.#tell(id);
  }

  /** Take nothing for complete any more: the feed has missed something, and the next `loadAll` asks anew. */
  distrust() {
    for (const talk of this.#talks.values()) talk.isLoaded = false;
  }

  /**
   * Load every conversation that somebody may have written in and that is not complete; never rejects.
   *
   * @param {readonly import("./shapes.js").Invitation[]} invitations
   */
  async loadAll(invitations) {
    const queue = invitations.filter(
      (invitation) => invitation.state === "open" && mayHaveWritten(invitation) && !this.isLoaded(invitation.id),
    );
    const lane = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) await this.load(next.id);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /**
   * Load one conversation; never rejects.
   *
   * @param {string} id
   */
  load(id) {
    const talk = this.#talk(id);
    talk.loading ??= this.#load(id, talk).finally(() => {
      talk.loading = null;
    });
    return talk.loading;
  }

  /** @param {import("./shapes.js").JournalEvent} event */
  takeEvent(event) {
    this.#heard = Math.max(this.#heard, event.number);
    const id = event.invitation?.id;
    if (id === undefined) return;
    if (event.message) {
      const talk = this.#talk(id);
      this.#put(talk, event.message);
      if (!talk.isLoaded) void this.load(id);
      this.#tell(id);
    } else if (event.kind === "SentenceShown") {
      this.#noteShown(id, Number(event.detail?.["up_to"] ?? 0), event.at);
    } else if (event.kind === "InvitationClosed" && this.#talks.has(id)) {
      // A number that was wrong takes its sentences along: the server tells what is left.
      void this.load(id);
    }
  }

  /**
   * Say something; it stands in the conversation at once, and stays there, with the reason, when it could not be sent.
   *
   * @param {string} id of the invitation
   * @param {{sentence: string, ready: string | null}} told
   */
  say(id, { sentence, ready }) {
    const at = new Date().toISOString();
    /** @type {Outgoing} */
    const outgoing = { id: newId(), at, sentence, ready, state: "sending", problem: "" };
    this.#talk(id).outgoing.push(outgoing);
    void this.#send(id, outgoing);
  }

  /**
   * Try again what could not be sent.
   *
   * @param {string} id of the invitation
   * @param {Outgoing} outgoing
   */
  again(id, outgoing) {
    if (outgoing.state === "failed") void this.#send(id, outgoing);
  }

  /**
   * Give up what could not be sent.
   *
   * @param {string} id of the invitation
   * @param {Outgoing} outgoing
   */
  discard(id, outgoing) {
    const talk = this.#talk(id);
    talk.outgoing = talk.outgoing.filter((other) => other !== outgoing);
    this.#tell(id);
  }

  /** @param {string} id of an invitation that is forgotten */
  forget(id) {
    if (this.#talks.delete(id)) this.#tell(id);
  }

  /**
   * @param {string} id
   * @param {Talk} talk
   */
  async #load(id, talk) {
    for (const wait of [...RETRIES, null]) {
      const heardBefore = this.#heard;
      try {
        const messages = await this.#api.conversation(id);
        const later = [...talk.messages.values()].filter((message) => message.number > heardBefore);
        talk.messages.clear();
        for (const message of [...messages, ...later]) this.#put(talk, message);
        talk.isLoaded = true;
        this.#tell(id);
        return;
      } catch (error) {
        // It has gone, or we have: asking again would not help.
        if (wait === null || (error instanceof Problem && error.status >= 400 && error.status < 429)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /**
   * @param {string} id
   * @param {Outgoing} outgoing
   */
  async #send(id, outgoing) {
    outgoing.state = "sending";
    outgoing.problem = "";
    this.#tell(id);
    const told = outgoing.ready === null ? { text: outgoing.sentence } : { ready: outgoing.ready };
    try {
      const message = await this.#api.say(id, { id: outgoing.id, ...told });
      this.#put(this.#talk(id), message);
      this.discard(id, outgoing);
    } catch (error) {
      outgoing.state = "failed";
      const isUnanswered = error instanceof Problem && error.status === 0;
      // Unlike other acts this one may be repeated: it has an id.
      if (isUnanswered) outgoing.problem = this.#say("talk.not_sent");
      else outgoing.problem = error instanceof Problem ? error.message : this.#say("errors.ours");
      this.#tell(id);
    }
  }

  /**
   * @param {Talk} talk
   * @param {import("./shapes.js").Message} message
   */
  #put(talk, message) {
    const isShown = !message.by_citizen && message.number <= talk.shown.number;
    const known = talk.messages.get(message.number);
    const shownAt = message.shown_at ?? known?.shown_at ?? (isShown ? talk.shown.at : null);
    talk.messages.set(message.number, { ...message, shown_at: shownAt });
    if (known || message.by_citizen || message.actor !== this.#ourName) return;
    // The feed may be quicker than the answer: what it tells is not shown twice.
    const landed = talk.outgoing.findIndex((one) => one.state === "sending" && one.sentence === message.sentence);
    if (landed >= 0) talk.outgoing.splice(landed, 1);
  }

  /**
   * @param {string} id
   * @param {number} number
   * @param {string} at
   */
  #noteShown(id, number, at) {
    const talk = this.#talk(id);
    if (number <= talk.shown.number) return;
    talk.shown = { number, at };
    for (const message of [...talk.messages.values()]) this.#put(talk, message);
    this.#tell(id);
  }

  /** @param {string} id */
  #talk(id) {
    const known = this.#talks.get(id);
    if (known) return known;
    /** @type {Talk} */
    const made = { messages: new Map(), outgoing: [], isLoaded: false, loading: null, shown: { number: 0, at: "" } };
    this.#talks.set(id, made);
    return made;
  }

  /** @param {string} id */
  #tell(id) {
    for (const listener of this.#listeners) listener(id);
  }
}

/**
 * Whether the caller has touched the page.
 *
 * @param {import("./shapes.js").Invitation} invitation
 */
export function mayHaveWritten({ ladder }) {
  return ladder.some(({ rung, at }) => rung === "tapped" && at !== null);
}

function newId() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return `w${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
