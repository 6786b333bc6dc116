/**
 * @file Shows the newest photos: one large, which changes by itself, and the newest few beside it, which stay.
 *
 * A photo that has just come is large at once. Nobody can press anything here: what the organisation hides stays hidden.
 */

import { make, promised, setAttribute, setText } from "../wall/elements.js";
import { pictureOf } from "../wall/sizes.js";

/** How long, in milliseconds, a photo stays large. */
const STAYS = 9000;
/** Of so many photos the large one is taken in turn. */
const IN_TURN = 12;
/** So many stand beside it. */
const BESIDE = 4;

/** @typedef {{item: HTMLLIElement, image: HTMLImageElement, name: HTMLElement, source: string, id: string}} Cell */

export class ScreenPhotos {
  #needs;
  #list = promised("photo-list", HTMLElement);
  /** @type {import("../wall/shapes.js").Photo[]} newest first */
  #photos = [];
  /** @type {Cell[]} the large one first */
  #cells = [];
  #turn = 0;
  #newest = "";
  #turnedAt = Date.now();

  /**
   * @param {object} needs
   * @param {import("../wall/shapes.js").Say} needs.say
   * @param {import("../wall/times.js").Times} needs.times
   * @param {import("../wall/clock.js").Clock} needs.clock
   * @param {boolean} needs.hides whether the organisation wants pictures hidden
   * @param {(id: string) => import("../wall/shapes.js").Invitation | null} needs.invitation
   */
  constructor(needs) {
    this.#needs = needs;
    for (let place = 0; place <= BESIDE; place += 1) this.#cells.push(this.#cell());
    this.#list.append(...this.#cells.map((cell) => cell.item));
    needs.clock.everySecond(() => this.#tick());
  }

  get isEmpty() {
    return this.#photos.length === 0;
  }

  /** @param {import("../wall/shapes.js").Photo[]} photos that are shown, newest first */
  take(photos) {
    this.#photos = photos;
    const newest = photos[0]?.id ?? "";
    if (newest !== this.#newest) {
      this.#newest = newest;
      this.#turn = 0;
      this.#turnedAt = Date.now();
    }
    this.#draw();
  }

  #tick() {
    if (Date.now() - this.#turnedAt >= STAYS) {
      this.#turn += 1;
      this.#turnedAt = Date.now();
      this.#draw();
    } else {
      this.#tellNames();
    }
  }

  #draw() {
    const { length } = this.#photos;
    const large = this.#photos[length > 0 ? this.#turn % Math.min(IN_TURN, length) : 0];
    const beside = this.#photos.slice(0, BESIDE + 1).filter((photo) => photo !== large).slice(0, BESIDE);
    [large, ...beside].forEach((photo, place) => {
      const cell = this.#cells[place];
      if (cell) this.#put(cell, photo ?? null);
    });
    for (const cell of this.#cells.slice(1 + beside.length)) this.#put(cell, null);
    setAttribute(this.#list, "data-count", String(large ? 1 + beside.length : 0));
    this.#tellNames();
  }

  /**
   * @param {Cell} cell
   * @param {import("../wall/shapes.js").Photo | null} photo
   */
  #put(cell, photo) {
    cell.item.hidden = photo === null;
    cell.id = photo?.id ?? "";
    const isLarge = cell === this.#cells[0];
    const source = photo ? pictureOf(photo, isLarge ? "wall" : "thumbnail") : "";
    setAttribute(cell.item, "data-photo", photo?.id ?? null);
    if (source === cell.source) return;
    cell.source = source;
    if (source) cell.image.src = source;
    else cell.image.removeAttribute("src");
    // Begins the slow coming anew, where movement is wanted.
    cell.image.classList.remove("is-coming");
    void cell.image.offsetWidth;
    cell.image.classList.add("is-coming");
  }

  #tellNames() {
    const { say, times, clock, invitation } = this.#needs;
    for (const { id, name } of this.#cells) {
      const photo = this.#photos.find((one) => one.id === id);
      if (!photo) continue;
      const of = invitation(photo.invitation);
      const words = [say("photo", { number: of?.number ?? "?", photo: photo.number }), of?.incident, times.ago(photo.received_at, clock.now())];
      setText(name, words.filter(Boolean).join(" · "));
    }
  }

  /** @returns {Cell} */
  #cell() {
    const image = make("img", "screen-image", { alt: "", decoding: "async" });
    const name = make("p", "screen-name");
    const item = make("li", "screen-photo", {}, make("div", "screen-frame", {}, image), name);
    item.hidden = true;
    setAttribute(item, "data-hidden", this.#needs.hides ? "" : null);
    const cell = { item, image, name, source: "", id: "" };
    image.addEventListener("error", () => {
      const { source } = cell;
      if (source) setTimeout(() => cell.source === source && (image.src = source), STAYS);
    });
    return cell;
  }
}
