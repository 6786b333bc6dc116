/** @file Keeps a tile for each live video, side by side in the order in which they began, and moves none of them. */

import { setAttribute } from "./elements.js";
import { LiveTile } from "./live_tile.js";

/** How long, in milliseconds, the tile of a video that has ended stays. */
const STAYS = 60_000;
/** Rungs at which a citizen who was asked for video is about to show it: the call is made while the phone still asks. */
const ABOUT_TO = new Set(["tapped", "camera_allowed", "connecting"]);

export class LiveGrid {
  #place;
  #list;
  #needs;
  #ourName;
  /** @type {Map<string, LiveTile>} */
  #tiles = new Map();
  /** @type {Map<string, number>} */
  #leaving = new Map();
  /** Which live of which invitation was left by choice. @type {Map<string, string>} */
  #left = new Map();

  /**
   * @param {object} places
   * @param {HTMLElement} places.place hidden while there is no tile
   * @param {HTMLElement} places.list
   * @param {import("./live_tile.js").TileNeeds} needs
   * @param {string} ourName whose own invitations are joined at once
   */
  constructor({ place, list }, needs, ourName) {
    this.#place = place;
    this.#list = list;
    this.#needs = needs;
    this.#ourName = ourName;
    needs.clock.everySecond(() => this.refresh());
    needs.hiding.listen(() => this.refresh());
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  put(invitation) {
    const tile = this.#tiles.get(invitation.id);
    if (tile) {
      tile.update(invitation);
      this.#arrangeLeaving(tile);
      if (this.#isJoinedUnasked(invitation)) tile.watch();
    } else if (this.#isWanted(invitation)) {
      this.#add(invitation);
    }
  }

  /** @param {string} id */
  remove(id) {
    const tile = this.#tiles.get(id);
    if (!tile) return;
    clearTimeout(this.#leaving.get(id));
    this.#leaving.delete(id);
    tile.discard();
    this.#tiles.delete(id);
    this.#tellPlace();
  }

  /** @param {import("./shapes.js").JournalEvent} event */
  takeEvent(event) {
    if (!event.invitation) return;
    this.#tiles.get(event.invitation.id)?.takeEvent(event);
    if (event.kind !== "LiveBegan") return;
    this.#needs.announce(this.#needs.say("live.began_announced", { number: event.invitation.number }));
  }

  /**
   * Whether we watch an invitation's video here.
   *
   * @param {string} id
   */
  isWatched(id) {
    return this.#tiles.get(id)?.isWatching ?? false;
  }

  /**
   * Bring a tile into sight, with the keyboard on it.
   *
   * @param {string} id
   */
  focus(id) {
    this.#tiles.get(id)?.focus();
  }

  /** Write again what changes by itself. */
  refresh() {
    for (const tile of this.#tiles.values()) tile.tell();
  }

  /** Leave every call, as at the end of the session. */
  stop() {
    for (const id of [...this.#tiles.keys()]) this.remove(id);
  }

  /**
   * Whether we watch this without a press: our own invitation, and we have not left this live before.
   *
   * @param {import("./shapes.js").Invitation} invitation
   */
  #isJoinedUnasked(invitation) {
    const wasLeft = this.#left.get(invitation.id) === signOf(invitation);
    return invitation.responsible === this.#ourName && isComing(invitation) && !wasLeft;
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  #isWanted(invitation) {
    return invitation.live.is_live || this.#isJoinedUnasked(invitation);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  #add(invitation) {
    const tile = new LiveTile(invitation, this.#needs, (left) => this.#leave(left));
    this.#tiles.set(invitation.id, tile);
    this.#list.append(tile.element);
    this.#tellPlace();
    if (this.#isJoinedUnasked(invitation)) tile.watch();
  }

  /** @param {LiveTile} tile */
  #leave(tile) {
    const { invitation } = tile;
    this.#left.set(invitation.id, signOf(invitation));
    if (!invitation.live.is_live) {
      this.remove(invitation.id);
      return;
    }
    // The video goes on: one press brings it back.
    tile.stop();
    tile.tell();
  }

  /** @param {LiveTile} tile */
  #arrangeLeaving(tile) {
    const { id, live, state } = tile.invitation;
    const hasEnded = state !== "open" || (live.began_at !== null && !live.is_live);
    if (!hasEnded) {
      clearTimeout(this.#leaving.get(id));
      this.#leaving.delete(id);
    } else if (!this.#leaving.has(id)) {
      this.#leaving.set(id, window.setTimeout(() => this.#takeAway(tile), STAYS));
    }
  }

  /** @param {LiveTile} tile */
  #takeAway(tile) {
    const { id } = tile.invitation;
    this.#leaving.delete(id);
    // The server may have lost sight of a phone whose picture still comes.
    if (tile.isMoving) this.#arrangeLeaving(tile);
    else this.remove(id);
  }

  #tellPlace() {
    this.#place.hidden = this.#tiles.size === 0;
    setAttribute(this.#place, "data-tiles", String(this.#tiles.size));
  }
}

/**
 * Whether video is there, or about to be.
 *
 * @param {import("./shapes.js").Invitation} invitation
 */
function isComing({ state, purpose, rung, live }) {
  if (state !== "open") return false;
  return live.is_live || (purpose === "live" && live.began_at === null && ABOUT_TO.has(rung));
}

/**
 * Tells one live of an invitation from the next.
 *
 * @param {import("./shapes.js").Invitation} invitation
 */
function signOf({ live }) {
  return live.began_at ?? "";
}
