/** @file Keeps which links were given to whom, and who watches: by a link, or a live video signed in. */

/** How often, in milliseconds, it is looked whether somebody still looks by a link; leaving is no event. */
const LOOK_EVERY = 10_000;
const SHARES = new Set(["InvitationShared", "ShareOpened", "ShareEnded"]);
const VIEWERS = new Set(["ViewerJoined", "ViewerLeft", "LiveEnded"]);

export class Shares {
  #api;
  #clock;
  /** @type {import("./shapes.js").Share[]} */
  #all = [];
  /** @type {Map<string, string[]>} who watches live, by invitation */
  #watchers = new Map();
  /** @type {(() => void)[]} */
  #listeners = [];
  #isAsking = false;
  #isStale = false;

  /**
   * @param {object} needs
   * @param {import("./api.js").Api} needs.api
   * @param {import("./clock.js").Clock} needs.clock
   */
  constructor({ api, clock }) {
    this.#api = api;
    this.#clock = clock;
    setInterval(() => {
      if (!document.hidden && this.#all.some((share) => share.state === "open" && share.opened > 0)) void this.load();
    }, LOOK_EVERY);
  }

  /** @param {() => void} listener called when any of it has changed */
  listen(listener) {
    this.#listeners.push(listener);
  }

  /**
   * The links by which an invitation can be seen, the newest first; ended ones last.
   *
   * @param {import("./shapes.js").Invitation} invitation
   */
  of({ id, incident }) {
    const found = this.#all.filter((share) => share.invitation === id || (share.incident !== null && share.incident === incident));
    return [...found.filter((share) => this.works(share)), ...found.filter((share) => !this.works(share))];
  }

  /**
   * Whether a link works at this moment.
   *
   * @param {import("./shapes.js").Share} share
   */
  works(share) {
    return share.state === "open" && Date.parse(share.expires_at) > this.#clock.now();
  }

  /**
   * Who watches an invitation's live video.
   *
   * @param {string} id
   */
  watchersOf(id) {
    return this.#watchers.get(id) ?? [];
  }

  /** @param {import("./shapes.js").JournalEvent} event */
  takeEvent(event) {
    if (SHARES.has(event.kind)) void this.load();
    if (event.invitation && VIEWERS.has(event.kind)) void this.#learnWatchers(event.invitation);
  }

  /** @param {import("./shapes.js").Invitation[]} invitations */
  takeLists(invitations) {
    void this.load();
    for (const invitation of invitations) if (invitation.live_viewers > 0) void this.#learnWatchers(invitation);
  }

  /** Load the links again; never rejects. */
  async load() {
    if (this.#isAsking) {
      this.#isStale = true;
      return;
    }
    this.#isAsking = true;
    try {
      do {
        this.#isStale = false;
        this.#all = await this.#api.shares();
      } while (this.#isStale);
      this.#tell();
    } catch {
      // What is known stays; the line's own lamp tells that there is no answer.
    } finally {
      this.#isAsking = false;
    }
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  async #learnWatchers({ id, live_viewers }) {
    try {
      this.#watchers.set(id, live_viewers > 0 ? await this.#api.watching(id) : []);
      this.#tell();
    } catch {
      this.#watchers.delete(id);
    }
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
