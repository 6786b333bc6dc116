/** @file Shows the live videos of this screen side by side, as many as can be made out, without anybody's press. */

import { make, promised, setAttribute, setText } from "../wall/elements.js";
import { LiveLook } from "../wall/live_look.js";

/** More than so many at once nobody can follow. */
const MOST = 4;

/** @typedef {{item: HTMLLIElement, look: LiveLook, name: HTMLElement}} Tile */

export class ScreenLives {
  #needs;
  #place = promised("lives", HTMLElement);
  #list = promised("live-list", HTMLElement);
  #more = promised("more", HTMLElement);
  /** @type {Map<string, Tile>} */
  #tiles = new Map();

  /**
   * @param {object} needs
   * @param {import("../wall/shapes.js").Say} needs.say
   * @param {import("../wall/times.js").Times} needs.times
   * @param {import("../wall/clock.js").Clock} needs.clock
   * @param {boolean} needs.hides whether the organisation wants pictures hidden
   * @param {() => Promise<typeof import("../wall/peerjs.js")>} needs.loadPeerJs
   * @param {(invitation: string) => import("../wall/live_door.js").LiveDoor} needs.doorOf
   */
  constructor(needs) {
    this.#needs = needs;
    needs.clock.everySecond(() => {
      for (const { look } of this.#tiles.values()) look.tell();
    });
  }

  get isEmpty() {
    return this.#tiles.size === 0;
  }

  /** @param {import("../wall/shapes.js").Invitation[]} live that this screen is to show, the first to begin first */
  take(live) {
    // What is shown stays where it is: a newcomer waits until a place is free.
    const known = live.filter(({ id }) => this.#tiles.has(id));
    const shown = [...known, ...live.filter(({ id }) => !this.#tiles.has(id))].slice(0, MOST);
    const there = new Set(shown.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) if (!there.has(id)) this.#remove(id, tile);
    for (const invitation of shown) this.#put(invitation);
    const rest = live.length - shown.length;
    setText(this.#more, rest > 0 ? this.#needs.say("more", { count: rest }) : "");
    this.#more.hidden = rest <= 0;
    this.#place.hidden = shown.length === 0;
    setAttribute(this.#place, "data-tiles", String(shown.length));
  }

  /** Leave every call. */
  stop() {
    this.take([]);
  }

  /** @param {import("../wall/shapes.js").Invitation} invitation */
  #put(invitation) {
    const tile = this.#tiles.get(invitation.id) ?? this.#add(invitation);
    tile.look.setLive(true);
    const { number, incident, live } = invitation;
    const began = live.began_at ? this.#needs.times.ofDay(live.began_at) : null;
    setText(tile.name, [this.#needs.say("number", { number }), incident, began].filter(Boolean).join(" · "));
  }

  /** @param {import("../wall/shapes.js").Invitation} invitation */
  #add({ id, number }) {
    const { say, times, hides, loadPeerJs, doorOf } = this.#needs;
    const look = new LiveLook({
      ...{ say, times, loadPeerJs },
      late: "old",
      name: say("number", { number }),
      door: doorOf(id),
      tokenBegins: "",
    });
    look.setHidden(hides);
    const name = make("p", "screen-name");
    const item = make("li", "screen-live", { "data-live": id }, look.element, name);
    const tile = { item, look, name };
    this.#tiles.set(id, tile);
    this.#list.append(item);
    look.setLive(true);
    look.watch();
    return tile;
  }

  /**
   * @param {string} id
   * @param {Tile} tile
   */
  #remove(id, { look, item }) {
    look.stop();
    item.remove();
    this.#tiles.delete(id);
  }
}
