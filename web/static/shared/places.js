/** @file Shows where the citizens of a shared link are: as text to copy, as a way into another program, on a map. */

import { actingButton } from "../wall/buttons.js";
import { copied } from "../wall/clipboard.js";
import { written } from "../wall/coordinates.js";
import { make, promised, setText } from "../wall/elements.js";
import { mapLoader } from "../wall/map_loader.js";
import { geoAddress } from "../wall/map_measures.js";
import { Trails } from "../wall/trails.js";

/** @typedef {{item: HTMLLIElement, name: HTMLElement, place: HTMLElement, facts: HTMLElement, open: HTMLAnchorElement, at: import("../wall/shapes.js").Place}} Row */

export class SharedPlaces {
  #needs;
  #load = mapLoader();
  #list = promised("places", HTMLElement);
  #none = promised("no-place", HTMLElement);
  #drawing = promised("drawing", HTMLElement);
  #trails = new Trails();
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {import("../wall/map.js").MapView | null} */
  #view = null;
  #drawn = "";

  /**
   * @param {object} needs
   * @param {import("../wall/shapes.js").Say} needs.sayMap
   * @param {import("../wall/times.js").Times} needs.times
   * @param {import("../wall/clock.js").Clock} needs.clock
   * @param {() => import("../wall/shapes.js").MapSource} needs.source
   */
  constructor(needs) {
    this.#needs = needs;
    needs.clock.everySecond(() => {
      this.#view?.tell();
      for (const row of this.#rows.values()) this.#tell(row);
    });
    new ResizeObserver(() => this.#view?.measure()).observe(this.#drawing);
  }

  /** @param {import("./visit.js").SharedInvitation[]} invitations */
  take(invitations) {
    const located = invitations.filter(({ location }) => location !== null);
    const there = new Set(located.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (there.has(id)) continue;
      row.item.remove();
      this.#rows.delete(id);
      this.#view?.remove(id);
    }
    for (const invitation of located) this.#put(invitation);
    this.#none.hidden = located.length > 0;
    this.#drawing.hidden = located.length === 0;
    const drawn = JSON.stringify(located.map(({ id, location }) => [id, location]));
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    if (located.length > 0) void this.#draw(located);
  }

  /** Take everything off the screen. */
  clear() {
    this.take([]);
    this.#view?.stop();
    this.#view = null;
  }

  /** @param {import("./visit.js").SharedInvitation[]} located */
  async #draw(located) {
    const { sayMap, times, clock, source } = this.#needs;
    for (const { id, location } of located) if (location) this.#trails.take([{ ...location, invitation: id, number: 0 }]);
    try {
      const { MapView } = await this.#load();
      const isNew = this.#view === null;
      this.#view ??= new MapView(this.#drawing, { say: sayMap, times, now: () => clock.now(), source: source(), onChosen: null });
      this.#view.measure();
      for (const { id, number, incident } of located) this.#view.put({ id, number, incident, positions: this.#trails.of(id) });
      if (isNew) this.#view.fit();
    } catch {
      // The text beside it says the same; the next position tries again.
      this.#drawn = "";
    }
  }

  /** @param {import("./visit.js").SharedInvitation} invitation */
  #put({ id, number, incident, location }) {
    if (!location) return;
    const { sayMap } = this.#needs;
    const row = this.#rows.get(id) ?? this.#add(id, number, location);
    row.at = location;
    setText(row.name, [sayMap("number", { number }), incident].filter(Boolean).join(" · "));
    setText(row.place, written(location));
    row.open.href = geoAddress(location);
    this.#tell(row);
  }

  /** @param {Row} row */
  #tell({ at, facts }) {
    const { sayMap, times, clock } = this.#needs;
    const within = at.accuracy === null ? "" : sayMap("within", { metres: Math.round(at.accuracy) });
    setText(facts, [within, times.ago(at.at, clock.now())].filter(Boolean).join(" · "));
  }

  /**
   * @param {string} id
   * @param {number} number
   * @param {import("../wall/shapes.js").Place} at
   */
  #add(id, number, at) {
    const { sayMap } = this.#needs;
    const name = make("span", "shared-place-name");
    const place = make("span", "shared-coordinates");
    const facts = make("span", "muted");
    const act = async () => {
      const row = this.#rows.get(id);
      return row ? copied(written(row.at)) : false;
    };
    const copy = actingButton({ label: sayMap("copy"), done: sayMap("copied"), sign: "copy", act });
    const open = make("a", "button", {}, sayMap("open_in"), make("span", "unseen", {}, ` ${sayMap("number", { number })}`));
    const words = make("p", "shared-place-words", {}, name, " ", facts);
    const item = make("li", "shared-place", {}, words, make("p", "shared-place-acts", {}, place, copy, open));
    /** @type {Row} */
    const row = { item, name, place, facts, open, at };
    this.#rows.set(id, row);
    this.#list.append(item);
    return row;
  }
}
