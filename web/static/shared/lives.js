/** @file Shows the live videos of a shared link, each behind a press, and blurred until it is revealed. */

import { make, promised, setText } from "../wall/elements.js";
import { icon } from "../wall/icons.js";
import { LiveLook } from "../wall/live_look.js";

/**
 * @typedef {object} Tile
 * @property {HTMLLIElement} item
 * @property {LiveLook} look
 * @property {HTMLElement} name
 * @property {HTMLButtonElement} press
 * @property {HTMLElement} pressWords
 * @property {HTMLButtonElement} reveal
 * @property {string} id
 */

export class SharedLives {
  #needs;
  #list = promised("live-list", HTMLElement);
  #none = promised("no-live", HTMLElement);
  /** @type {Map<string, Tile>} */
  #tiles = new Map();

  /**
   * @param {object} needs
   * @param {import("../wall/shapes.js").Say} needs.say the words of this page
   * @param {import("../wall/times.js").Times} needs.times
   * @param {import("../wall/hiding.js").Hiding} needs.hiding
   * @param {() => Promise<typeof import("../wall/peerjs.js")>} needs.loadPeerJs
   * @param {() => string} needs.token
   * @param {(invitation: string) => import("../wall/live_door.js").LiveDoor} needs.doorOf
   */
  constructor(needs) {
    this.#needs = needs;
    needs.hiding.listen(() => this.tell());
    setInterval(() => this.tell(), 1000);
  }

  /**
   * Show a tile for each live video; one that has ended goes.
   *
   * @param {import("./visit.js").SharedInvitation[]} invitations
   */
  take(invitations) {
    const live = invitations.filter((invitation) => invitation.live.is_live && invitation.state === "open");
    const there = new Set(live.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) if (!there.has(id)) this.#remove(tile);
    for (const invitation of live) {
      const tile = this.#tiles.get(invitation.id) ?? this.#add(invitation);
      const { say } = this.#needs;
      setText(tile.name, [say("number", { number: invitation.number }), invitation.incident].filter(Boolean).join(" · "));
      tile.look.setLive(true);
    }
    this.#none.hidden = this.#tiles.size > 0;
    this.tell();
  }

  /** Leave every call. */
  clear() {
    for (const tile of [...this.#tiles.values()]) this.#remove(tile);
  }

  /** Write what is true at this moment. */
  tell() {
    const { hiding, say } = this.#needs;
    for (const { id, look, press, pressWords, reveal } of this.#tiles.values()) {
      const isHidden = hiding.isHidden(`live:${id}`);
      look.tell();
      look.setHidden(isHidden);
      reveal.hidden = !isHidden || !look.hasPicture;
      setText(pressWords, say(look.isWatching ? "leave" : "watch"));
      press.classList.toggle("primary", !look.isWatching);
    }
  }

  /** @param {import("./visit.js").SharedInvitation} invitation */
  #add(invitation) {
    const { say, times, hiding, loadPeerJs, token, doorOf } = this.#needs;
    const { id, number } = invitation;
    const name = make("h3", "shared-live-name");
    const look = new LiveLook({
      ...{ say, times, loadPeerJs },
      late: "late",
      name: say("number", { number }),
      door: doorOf(id),
      tokenBegins: `${token()}.`,
    });
    const reveal = make("button", "button live-reveal", { type: "button" }, icon("eye"), say("reveal"));
    reveal.addEventListener("click", () => hiding.reveal(`live:${id}`));
    look.element.append(reveal);
    const pressWords = make("span", "label");
    const press = make("button", "button shared-watch", { type: "button" }, icon("film"), pressWords);
    press.addEventListener("click", () => {
      if (look.isWatching) look.stop();
      else look.watch();
      this.tell();
    });
    const item = make("li", "shared-live", { "data-live": id }, name, look.element, press);
    /** @type {Tile} */
    const tile = { item, look, name, press, pressWords, reveal, id };
    this.#tiles.set(id, tile);
    this.#list.append(item);
    return tile;
  }

  /** @param {Tile} tile */
  #remove(tile) {
    tile.look.stop();
    tile.item.remove();
    this.#tiles.delete(tile.id);
  }
}
