/** @file Shows one invitation's photos as a strip in its card, newest first. */

import { make } from "./elements.js";
import { Picture } from "./picture.js";
import { newestFirst } from "./register.js";

/** @typedef {{item: HTMLLIElement, picture: Picture, photo: import("./shapes.js").Photo}} StripPhoto */

export class PhotoStrip {
  #needs;
  /** @type {Map<string, StripPhoto>} */
  #photos = new Map();

  /** @param {import("./picture.js").PictureNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
    this.element = make("ul", "strip", { "aria-label": needs.say("card.photos") });
    this.element.hidden = true;
  }

  /** @param {import("./shapes.js").Photo} photo */
  put(photo) {
    const shown = this.#photos.get(photo.id);
    if (shown) {
      shown.photo = photo;
      shown.picture.update(photo);
      return;
    }
    const picture = new Picture(photo, this.#needs);
    const item = make("li", "", {}, picture.element);
    const older = [...this.#photos.values()]
      .sort((one, other) => newestFirst(one.photo, other.photo))
      .find((other) => newestFirst(photo, other.photo) < 0);
    this.#photos.set(photo.id, { item, picture, photo });
    this.element.insertBefore(item, older?.item ?? null);
    this.element.hidden = false;
  }

  /** @param {string} id */
  remove(id) {
    this.#photos.get(id)?.item.remove();
    this.#photos.delete(id);
    this.element.hidden = this.#photos.size === 0;
  }

  /** Show again what is hidden and what is not. */
  refresh() {
    for (const { picture, photo } of this.#photos.values()) picture.update(photo);
  }
}
