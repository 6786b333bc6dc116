/**
 * @file Lets the tabs of one browser hear one feed: the tab that holds a lock listens, and tells the others.
 *
 * A feed is a connection, browsers open few of them to one server, and six walls in six tabs would use them up. A lock
 * is given up by the browser itself when its tab closes or crashes; the next tab goes on from what it has heard. It is
 * taken by force from a tab that has fallen silent, or that nobody sees and whose line is broken: browsers let hidden
 * tabs try again only once a minute. Where there are no locks (plain http) each tab listens for itself.
 */

import { Feed } from "./feed.js";

/** Events that are kept for a tab that has just loaded its lists. */
const KEPT = 1000;
/** The leader says so often, in milliseconds, how the line is. */
const TELLS_EVERY = 5000;
/** Hidden tabs speak once a minute; one that is silent for longer, in milliseconds, is frozen. */
const FROZEN_AFTER = 90_000;
/** A leader that does not answer a newcomer within this time, in milliseconds, is no leader. */
const ANSWERS_WITHIN = 6000;

/**
 * @typedef {import("./shapes.js").JournalEvent} JournalEvent
 *
 * @typedef {{kind: "leads"}
 *   | {kind: "since", tab: string, cursor: number}
 *   | {kind: "made_up", tab: string, events: JournalEvent[], isWhole: boolean}
 *   | {kind: "event", event: JournalEvent}
 *   | {kind: "line", isOpen: boolean, heardAt: number, isHidden: boolean}
 *   | {kind: "reset"}
 *   | {kind: "ended", sentence: string}} Told
 */

export class SharedFeed {
  #needs;
  #name;
  #tab = String(Math.random());
  #cursor = 0;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Feed | null} not null in the tab that leads */
  #feed = null;
  #stopping = new AbortController();
  /** @type {JournalEvent[]} the newest events, as told to all tabs */
  #kept = [];
  /** The number above which every event is kept. */
  #floor = 0;
  /** @type {JournalEvent[] | null} what is told while we wait to hear what came before */
  #early = null;
  /** @type {number | undefined} */
  #waiting;
  #toldAt = Date.now();
  #isTaking = false;
  #line = { isOpen: false, heardAt: Date.now() };

  /**
   * @param {import("./feed.js").FeedNeeds} needs
   * @param {string} name the same for all tabs of the same organisation
   */
  constructor(needs, name) {
    this.#needs = needs;
    this.#name = name;
  }

  /**
   * Listen from a cursor on until stopped; never rejects.
   *
   * @param {number} cursor
   */
  async listen(cursor) {
    this.#cursor = cursor;
    this.#floor = cursor;
    if (!navigator.locks || typeof BroadcastChannel === "undefined") {
      this.#feed = new Feed(this.#needs);
      await this.#feed.listen(cursor);
      return;
    }
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener("message", ({ data }) => this.#hear(data));
    const timer = setInterval(() => this.#tick(), TELLS_EVERY);
    document.addEventListener("visibilitychange", () => this.#tick(), { signal: this.#stopping.signal });
    this.#ask();
    while (!this.#stopping.signal.aborted) await this.#await({ signal: this.#stopping.signal });
    clearInterval(timer);
    clearTimeout(this.#waiting);
    this.#channel.close();
    this.#channel = null;
  }

  /** Stop for good; another tab goes on. */
  stop() {
    this.#stopping.abort();
    this.#feed?.stop();
  }

  /**
   * Wait for the lock, and lead for as long as it is ours; never rejects.
   *
   * @param {LockOptions} options
   */
  async #await(options) {
    try {
      await navigator.locks.request(this.#name, options, () => this.#lead());
    } catch {
      // Stopped, or the lock was taken from us by a tab that somebody looks at: we follow again.
      this.#feed?.stop();
      this.#feed = null;
      if (!this.#stopping.signal.aborted) this.#ask();
    }
  }

  /** Lead instead of the tab that does; never rejects. */
  async #takeOver() {
    if (this.#isTaking || this.#feed) return;
    this.#isTaking = true;
    await this.#await({ steal: true });
    this.#isTaking = false;
  }

  async #lead() {
    if (this.#stopping.signal.aborted) return;
    clearTimeout(this.#waiting);
    // What was told before we knew what came before it is told again by the feed.
    this.#early = null;
    const feed = new Feed({
      onEvent: (event) => {
        this.#deliver(event);
        this.#tell({ kind: "event", event });
      },
      onReset: async () => {
        await this.#reset();
        this.#tell({ kind: "reset" });
        return this.#cursor;
      },
      onLine: (isOpen, heardAt) => {
        this.#line = { isOpen, heardAt };
        this.#needs.onLine(isOpen, heardAt);
        this.#tellLine();
      },
      onSessionEnded: (sentence) => {
        this.#tell({ kind: "ended", sentence });
        this.#needs.onSessionEnded(sentence);
      },
    });
    this.#feed = feed;
    this.#tell({ kind: "leads" });
    await feed.listen(this.#cursor);
    if (this.#feed === feed) this.#feed = null;
  }

  /** @param {Told} told */
  #hear(told) {
    this.#toldAt = Date.now();
    if (told.kind === "ended") {
      this.stop();
      this.#needs.onSessionEnded(told.sentence);
    } else if (this.#feed) {
      if (told.kind === "since") this.#answer(told.tab, told.cursor);
    } else if (told.kind === "leads") {
      this.#ask();
    } else if (told.kind === "made_up") {
      if (told.tab === this.#tab && this.#early) void this.#makeUp(told.events, told.isWhole);
    } else if (told.kind === "event") {
      if (this.#early) this.#early.push(told.event);
      else this.#deliver(told.event);
    } else if (told.kind === "line") {
      this.#hearLine(told.isOpen, told.heardAt, told.isHidden);
    } else if (told.kind === "reset") {
      void this.#reset();
    }
  }

  /** Ask the tab that leads for what we have missed. */
  #ask() {
    this.#early ??= [];
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => {
      void this.#takeOver();
    }, ANSWERS_WITHIN);
    this.#tell({ kind: "since", tab: this.#tab, cursor: this.#cursor });
  }

  /**
   * @param {string} tab
   * @param {number} cursor
   */
  #answer(tab, cursor) {
    const isWhole = cursor >= this.#floor;
    this.#tell({ kind: "made_up", tab, events: this.#kept.filter((event) => event.number > cursor), isWhole });
    this.#tellLine();
  }

  /**
   * @param {readonly JournalEvent[]} events
   * @param {boolean} isWhole
   */
  async #makeUp(events, isWhole) {
    clearTimeout(this.#waiting);
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of events) this.#deliver(event);
    for (const event of early) this.#deliver(event);
    if (!isWhole) await this.#reset();
  }

  async #reset() {
    try {
      this.#cursor = Math.max(this.#cursor, await this.#needs.onReset());
      this.#kept = [];
      this.#floor = this.#cursor;
    } catch (error) {
      // The tab that leads tries again by itself; the others by asking once more.
      if (this.#feed) throw error;
      this.#ask();
    }
  }

  /** @param {JournalEvent} event */
  #deliver(event) {
    if (event.number <= this.#cursor) return;
    this.#cursor = event.number;
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#floor = this.#kept.shift()?.number ?? this.#floor;
    this.#needs.onEvent(event);
  }

  /**
   * @param {boolean} isOpen
   * @param {number} heardAt
   * @param {boolean} isHidden
   */
  #hearLine(isOpen, heardAt, isHidden) {
    if (!isOpen || !this.#line.isOpen) this.#needs.onLine(isOpen, heardAt);
    this.#line = { isOpen, heardAt };
    if (!isOpen && isHidden && document.visibilityState === "visible") void this.#takeOver();
  }

  #tick() {
    if (this.#feed) this.#tellLine();
    else if (document.visibilityState === "visible" && Date.now() - this.#toldAt > FROZEN_AFTER) {
      this.#toldAt = Date.now();
      void this.#takeOver();
    }
  }

  #tellLine() {
    this.#tell({ kind: "line", ...this.#line, isHidden: document.visibilityState === "hidden" });
  }

  /** @param {Told} told */
  #tell(told) {
    this.#channel?.postMessage(told);
  }
}
