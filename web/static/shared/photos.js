/** @file Shows the photos of a shared link: blurred until they are revealed, and large on a second press. */

import { make, promised, setAttribute, setText } from "../wall/elements.js";
import { icon } from "../wall/icons.js";

/** Between attempts to load a picture that did not come, in milliseconds. */
const AGAIN = 4000;

/** @typedef {{item: HTMLLIElement, press: HTMLButtonElement, image: HTMLImageElement, words: HTMLElement, source: string, photo: import("./visit.js").SharedPhoto}} Tile */

export class SharedPhotos {
  #needs;
  #list = promised("photos", HTMLElement);
  #none = promised("no-photos", HTMLElement);
  #hideAll = promised("hide-all", HTMLButtonElement);
  #dialog = promised("large", HTMLDialogElement);
  #frame = promised("large-frame", HTMLElement);
  #title = promised("large-title", HTMLElement);
  /** @type {Map<string, Tile>} */
  #tiles = new Map();

  /**
   * @param {object} needs
   * @param {import("../wall/shapes.js").Say} needs.say the words of this page
   * @param {import("../wall/times.js").Times} needs.times
   * @param {import("../wall/hiding.js").Hiding} needs.hiding
   * @param {() => string} needs.address below which pictures are
   */
  constructor(needs) {
    this.#needs = needs;
    promised("large-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#frame.replaceChildren());
    this.#hideAll.addEventListener("click", () => needs.hiding.hideAll());
    needs.hiding.listen(() => this.#tellAll());
  }

  /**
   * Show these, the newest first; those that are gone go.
   *
   * @param {import("./visit.js").SharedPhoto[]} photos
   * @param {(invitation: string) => number} numberOf
   */
  take(photos, numberOf) {
    const there = new Set(photos.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) {
      if (there.has(id)) continue;
      tile.item.remove();
      this.#tiles.delete(id);
      if (this.#dialog.dataset["photo"] === id) this.#dialog.close();
    }
    for (const photo of [...photos].reverse()) this.#put(photo, numberOf(photo.invitation));
    this.#none.hidden = photos.length > 0;
    this.#tellAll();
  }

  /** Take everything off the screen. */
  clear() {
    this.#dialog.close();
    this.take([], () => 0);
  }

  /**
   * @param {import("./visit.js").SharedPhoto} photo
   * @param {number} number
   */
  #put(photo, number) {
    let tile = this.#tiles.get(photo.id);
    if (!tile) {
      tile = this.#draw(photo);
      this.#tiles.set(photo.id, tile);
      this.#list.prepend(tile.item);
    }
    tile.photo = photo;
    tile.press.dataset["number"] = String(number);
    const source = this.#pictureOf(photo, "thumbnail");
    if (tile.source !== source) {
      tile.source = source;
      tile.image.src = source;
    }
  }

  /** @param {import("./visit.js").SharedPhoto} photo */
  #draw(photo) {
    const image = make("img", "shared-image", { alt: "", decoding: "async" });
    const words = make("span", "unseen");
    const sign = make("span", "shared-sign", { "aria-hidden": "true" }, icon("eye"), this.#needs.say("reveal"));
    const film = make("span", "shared-film", { "aria-hidden": "true" }, icon("film"));
    film.hidden = photo.kind !== "clip";
    const time = make("span", "shared-time", {}, this.#needs.times.ofDay(photo.received_at));
    const press = make("button", "shared-photo", { type: "button", "data-photo": photo.id }, image, words, sign, film);
    const item = make("li", "", {}, press, time);
    /** @type {Tile} */
    const tile = { item, press, image, words, source: "", photo };
    press.addEventListener("click", () => this.#press(tile));
    image.addEventListener("error", () => {
      const { source } = tile;
      setTimeout(() => {
        if (tile.source === source && item.isConnected) image.src = source;
      }, AGAIN);
    });
    return tile;
  }

  #tellAll() {
    const { hiding, say } = this.#needs;
    for (const { press, words, photo } of this.#tiles.values()) {
      const isHidden = hiding.isHidden(photo.id);
      setAttribute(press, "data-hidden", isHidden ? "" : null);
      const blanks = { photo: photo.number, number: press.dataset["number"] ?? "?" };
      setText(words, say(isHidden ? "photo_hidden" : "photo", blanks));
    }
    this.#hideAll.hidden = this.#tiles.size === 0 || !hiding.someAreVisible;
  }

  /** @param {Tile} tile */
  #press({ photo, press }) {
    const { hiding, say } = this.#needs;
    if (hiding.isHidden(photo.id)) {
      hiding.reveal(photo.id);
      return;
    }
    const name = say("photo", { photo: photo.number, number: press.dataset["number"] ?? "?" });
    setText(this.#title, name);
    this.#dialog.dataset["photo"] = photo.id;
    this.#frame.replaceChildren(this.#large(photo, name));
    this.#dialog.showModal();
  }

  /**
   * @param {import("./visit.js").SharedPhoto} photo
   * @param {string} name
   */
  #large(photo, name) {
    const wall = this.#pictureOf(photo, "wall");
    if (photo.clip?.state !== "playable") return make("img", "", { alt: name, src: wall });
    const film = make("video", "", { controls: "", playsinline: "", preload: "metadata", poster: wall, "aria-label": name });
    film.muted = true;
    film.src = `${this.#needs.address()}/photos/${encodeURIComponent(photo.id)}/clip`;
    return film;
  }

  /**
   * Each size has an address of its own, because browsers keep what they have loaded.
   *
   * @param {import("./visit.js").SharedPhoto} photo
   * @param {"thumbnail" | "wall"} kind
   */
  #pictureOf({ id, size }, kind) {
    return `${this.#needs.address()}/photos/${encodeURIComponent(id)}/${kind}?size=${size}`;
  }
}
