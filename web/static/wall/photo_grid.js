/**
 * @file Shows all photos as a grid, newest first, without moving what somebody is looking at.
 *
 * A picture put in at the top of a grid pushes every other one to another place. So, while the top of the
 * grid is scrolled out of sight, new photos wait behind a pill that says how many there are.
 */

import { make, setText } from "./elements.js";
import { Picture } from "./picture.js";
import { newestFirst } from "./register.js";

/**
 * @typedef {object} Tile
 * @property {HTMLLIElement} item
 * @property {Picture} picture
 * @property {HTMLElement} caption
 * @property {HTMLElement} age
 * @property {import("./shapes.js").Photo} photo
 */

export class PhotoGrid {
  #needs;
  #clock;
  #pane;
  #list;
  #top;
  #pill;
  #pillWords;
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  /** @type {Map<string, import("./shapes.js").Photo>} */
  #waiting = new Map();

  /**
   * @param {object} places
   * @param {HTMLElement} places.pane what scrolls, on wide screens
   * @param {HTMLElement} places.top just above the grid
   * @param {HTMLElement} places.list
   * @param {HTMLButtonElement} places.pill
   * @param {HTMLElement} places.pillWords
   * @param {import("./clock.js").Clock} clock
   * @param {import("./picture.js").PictureNeeds} needs
   */
  constructor({ pane, top, list, pill, pillWords }, clock, needs) {
    this.#needs = needs;
    this.#clock = clock;
    this.#pane = pane;
    this.#top = top;
    this.#list = list;
    this.#pill = pill;
    this.#pillWords = pillWords;
    pill.addEventListener("click", () => this.#jumpUp());
    new IntersectionObserver(() => {
      if (!this.#isScrolledDown()) this.#letIn();
    }).observe(top);
    clock.everySecond(() => this.#tellAges());
    list.addEventListener("keydown", (event) => moveWithArrows(list, event));
  }

  /** @param {import("./shapes.js").Photo} photo */
  put(photo) {
    if (!this.#needs.wants(photo) && !this.#tiles.has(photo.id)) {
      // Left out by choice: it moves nothing that is looked at.
      this.#waiting.delete(photo.id);
      this.#tellWaiting();
      this.#insert(photo);
      return;
    }
    const tile = this.#tiles.get(photo.id);
    if (tile) {
      tile.photo = photo;
      tile.picture.update(photo);
      this.#caption(tile);
    } else if (this.#waiting.has(photo.id) || this.#isScrolledDown()) {
      this.#waiting.set(photo.id, photo);
      this.#tellWaiting();
    } else {
      this.#insert(photo);
    }
  }

  /** @param {string} id */
  remove(id) {
    this.#tiles.get(id)?.item.remove();
    this.#tiles.delete(id);
    this.#waiting.delete(id);
    this.#tellWaiting();
  }

  /** Show again what is hidden and what is not. */
  refresh() {
    for (const { item, picture, photo } of this.#tiles.values()) {
      item.hidden = !this.#needs.wants(photo);
      picture.update(photo);
    }
  }

  /** Say anew of each preview whether the rest is still awaited. */
  refreshPreviews() {
    for (const { picture, photo } of this.#tiles.values()) if (photo.size === "preview") picture.update(photo);
  }

  /**
   * Give the keyboard to a photo's tile.
   *
   * @param {string} id
   */
  focus(id) {
    this.#tiles.get(id)?.picture.element.focus();
  }

  /**
   * Give the keyboard to the newest photo of an invitation.
   *
   * @param {string} invitation
   */
  focusFirst(invitation) {
    this.#letIn();
    const newest = [...this.#tiles.values()].map(({ photo }) => photo).filter((photo) => photo.invitation === invitation).sort(newestFirst)[0];
    if (newest) this.focus(newest.id);
  }

  /** @param {import("./shapes.js").Photo} photo */
  #insert(photo) {
    const picture = new Picture(photo, this.#needs);
    const caption = make("span", "tile-name");
    const age = make("span", "tile-age");
    const item = make("li", "tile", {}, picture.element, make("p", "tile-words", {}, caption, age));
    const tile = { item, picture, caption, age, photo };
    this.#caption(tile);
    item.hidden = !this.#needs.wants(photo);
    this.#list.insertBefore(item, this.#firstOlder(photo));
    this.#tiles.set(photo.id, tile);
  }

  /**
   * The tile that a photo belongs before; nearly always the first.
   *
   * @param {import("./shapes.js").Photo} photo
   */
  #firstOlder(photo) {
    for (const item of this.#list.children) {
      const id = item.firstElementChild?.getAttribute("data-photo") ?? "";
      const tile = this.#tiles.get(id);
      if (tile && newestFirst(photo, tile.photo) < 0) return item;
    }
    return null;
  }

  /** @param {Tile} tile */
  #caption(tile) {
    const number = this.#needs.invitationNumber(tile.photo.invitation) ?? "?";
    setText(tile.caption, this.#needs.say("photo.caption", { invitation: number, photo: tile.photo.number }));
    setText(tile.age, this.#needs.times.ago(tile.photo.received_at, this.#clock.now()));
  }

  #tellAges() {
    const now = this.#clock.now();
    for (const { age, photo } of this.#tiles.values()) {
      setText(age, this.#needs.times.ago(photo.received_at, now));
    }
  }

  #isScrolledDown() {
    const upperEdge = Math.max(this.#pane.getBoundingClientRect().top, 0);
    return this.#top.getBoundingClientRect().bottom < upperEdge;
  }

  #tellWaiting() {
    this.#pill.hidden = this.#waiting.size === 0;
    if (this.#waiting.size > 0) setText(this.#pillWords, this.#needs.say("photo.new", { count: this.#waiting.size }));
  }

  #letIn() {
    for (const photo of this.#waiting.values()) this.#insert(photo);
    this.#waiting.clear();
    this.#tellWaiting();
  }

  #jumpUp() {
    this.#letIn();
    this.#top.scrollIntoView({ block: "start" });
    const newest = this.#list.querySelector("li:not([hidden]) button");
    if (newest instanceof HTMLElement) newest.focus({ preventScroll: true });
  }
}

/**
 * Move the keyboard's place with the arrow keys, as in any grid of pictures.
 *
 * @param {HTMLElement} list
 * @param {KeyboardEvent} event
 */
function moveWithArrows(list, event) {
  const buttons = [...list.querySelectorAll("button")].filter((one) => one.offsetParent !== null);
  const at = buttons.findIndex((button) => button === document.activeElement);
  const here = buttons[at];
  if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
  const firstLine = buttons[0]?.offsetTop;
  const columns = Math.max(1, buttons.filter((button) => button.offsetTop === firstLine).length);
  /** @type {Record<string, number>} */
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
  const step = steps[event.key];
  const there = step === undefined ? undefined : buttons[at + step];
  if (!there) return;
  event.preventDefault();
  there.focus();
}
