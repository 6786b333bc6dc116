/** @file Shows the positions of citizens beside the wall: a map, and the same as a list for who cannot use a map. */

import { actingButton, button } from "./buttons.js";
import { copied } from "./clipboard.js";
import { written } from "./coordinates.js";
import { make, promised, setAttribute, setText } from "./elements.js";
import { icon } from "./icons.js";
import { mapLoader } from "./map_loader.js";
import { geoAddress } from "./map_measures.js";
import { Trails } from "./trails.js";

/**
 * @typedef {object} Row one position in the list
 * @property {HTMLLIElement} item
 * @property {HTMLElement} name
 * @property {HTMLElement} facts
 * @property {HTMLElement} place
 * @property {HTMLAnchorElement} open
 * @property {import("./shapes.js").Invitation} invitation
 */

export class MapPanel {
  #needs;
  #load = mapLoader();
  #trails = new Trails();
  #section = make("section", "map", { id: "map", "aria-labelledby": "map-title" });
  #title = make("h2", "map-title", { id: "map-title", tabindex: "-1" });
  #drawing = make("div", "map-drawing", { id: "map-drawing" });
  #none = make("p", "map-none");
  #fault = make("p", "fault", { role: "status" });
  #list = make("ol", "map-list");
  #opener;
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {import("./map.js").MapView | null} */
  #view = null;
  /** Whether everything is to be shown as soon as there is something. */
  #isToFit = true;
  #wasLoaded = false;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say the wall's words
   * @param {import("./shapes.js").Say} needs.sayMap
   * @param {import("./times.js").Times} needs.times
   * @param {import("./clock.js").Clock} needs.clock
   * @param {import("./api.js").Api} needs.api
   * @param {import("./register.js").Register} needs.register
   * @param {import("./choice.js").Choice} needs.choice
   * @param {import("./shapes.js").MapSource} needs.source
   * @param {(id: string) => void} needs.onChosen somebody wants to see this invitation
   */
  constructor(needs) {
    this.#needs = needs;
    const { sayMap, clock, choice, register } = needs;
    this.#section.hidden = true;
    setText(this.#title, sayMap("title"));
    setText(this.#none, sayMap("none"));
    this.#fault.hidden = true;
    const fit = button(sayMap("fit"), "large");
    fit.addEventListener("click", () => this.#view?.fit());
    const close = button(sayMap("close"), "cross");
    close.addEventListener("click", () => this.toggle());
    const head = make("header", "map-head", {}, this.#title, fit, close);
    this.#list.setAttribute("aria-label", sayMap("list"));
    const side = make("div", "map-side", { tabindex: "0", role: "group", "aria-label": sayMap("list") }, this.#none, this.#list);
    this.#section.append(head, this.#drawing, side, this.#fault);
    promised("photos", HTMLElement).before(this.#section);
    this.#opener = make("button", "button quiet bar-map", { type: "button", id: "map-open", "aria-expanded": "false" });
    this.#opener.setAttribute("aria-controls", "map");
    this.#opener.append(icon("pin"), sayMap("open"), " ", make("kbd", "", { "aria-hidden": "true" }, "M"));
    this.#opener.addEventListener("click", () => this.toggle());
    promised("keys-open", HTMLElement).before(this.#opener);
    this.#section.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.toggle();
    });
    clock.everySecond(() => this.#tick());
    choice.listen(() => this.#drawAll());
    register.listen({
      onInvitation: (invitation) => {
        this.#trails.takeInvitation(invitation);
        this.#draw(invitation);
      },
      onInvitationForgotten: (id) => {
        this.#trails.forget(id);
        this.#remove(id);
      },
    });
    new ResizeObserver(() => this.#view?.measure()).observe(this.#drawing);
  }

  get isOpen() {
    return !this.#section.hidden;
  }

  /** Open the map, or close it. */
  toggle() {
    const opens = !this.isOpen;
    this.#section.hidden = !opens;
    setAttribute(this.#opener, "aria-expanded", String(opens));
    if (!opens) {
      this.#opener.focus();
      return;
    }
    this.#title.focus();
    void this.#show();
  }

  /** The positions may have changed behind our back: ask for them again. */
  distrust() {
    this.#wasLoaded = false;
    if (this.isOpen) void this.#show();
  }

  /**
   * Open the map at one invitation.
   *
   * @param {string} id
   */
  openAt(id) {
    if (!this.isOpen) this.toggle();
    this.#isToFit = false;
    void this.#show().then(() => this.#view?.show(id));
  }

  async #show() {
    const { api, sayMap, say, times, clock, source, onChosen } = this.#needs;
    this.#fault.hidden = true;
    try {
      const [{ MapView }, positions] = await Promise.all([
        this.#load(),
        this.#wasLoaded ? Promise.resolve([]) : api.positions(),
      ]);
      this.#wasLoaded = true;
      this.#trails.take(positions);
      this.#view ??= new MapView(this.#drawing, { say: sayMap, times, now: () => clock.now(), source, onChosen });
      this.#view.measure();
      this.#drawAll();
    } catch {
      setText(this.#fault, say("errors.no_answer"));
      this.#fault.hidden = false;
    }
  }

  #drawAll() {
    for (const invitation of this.#needs.register.invitations()) this.#draw(invitation);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  #draw(invitation) {
    if (!this.isOpen) return;
    const positions = this.#trails.of(invitation.id);
    if (positions.length === 0 || invitation.location === null || !this.#needs.choice.wants(invitation)) {
      this.#remove(invitation.id);
      return;
    }
    const { id, number, incident } = invitation;
    const row = this.#rows.get(id) ?? this.#addRow(invitation);
    row.invitation = invitation;
    setText(row.name, [this.#needs.sayMap("number", { number }), incident].filter(Boolean).join(" · "));
    setText(row.place, written(invitation.location));
    row.open.href = geoAddress(invitation.location);
    this.#view?.put({ id, number, incident, positions });
    this.#tellRow(row);
    this.#none.hidden = true;
    if (!this.#isToFit || !this.#view) return;
    this.#isToFit = false;
    // Everything that is there already, once it has been drawn.
    queueMicrotask(() => this.#view?.fit());
  }

  /** @param {string} id */
  #remove(id) {
    this.#rows.get(id)?.item.remove();
    this.#rows.delete(id);
    this.#view?.remove(id);
    this.#none.hidden = this.#rows.size > 0;
  }

  #tick() {
    if (!this.isOpen) return;
    this.#view?.tell();
    for (const row of this.#rows.values()) this.#tellRow(row);
  }

  /** @param {Row} row */
  #tellRow({ invitation, facts }) {
    const { sayMap, times, clock } = this.#needs;
    const { location, id } = invitation;
    if (!location) return;
    const positions = this.#trails.of(id);
    const first = positions[0];
    const within = location.accuracy === null ? "" : sayMap("within", { metres: Math.round(location.accuracy) });
    const trail = positions.length > 1 && first ? sayMap("trail", { count: positions.length, time: times.ofDay(first.at) }) : "";
    setText(facts, [within, times.ago(location.at, clock.now()), trail].filter(Boolean).join(" · "));
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @returns {Row}
   */
  #addRow(invitation) {
    const { sayMap } = this.#needs;
    const { id, number } = invitation;
    const name = make("span", "map-row-name");
    const show = make("button", "map-row-show", { type: "button" }, name);
    show.append(make("span", "unseen", {}, ` · ${sayMap("show", { number })}`));
    show.addEventListener("click", () => {
      this.#view?.show(id);
      this.#needs.onChosen(id);
    });
    const facts = make("p", "map-row-facts");
    const place = make("span", "coordinates");
    const copy = actingButton({ label: sayMap("copy"), done: sayMap("copied"), sign: "copy", act: () => this.#copy(id, place) });
    const open = make("a", "button quiet", {}, sayMap("open_in"), make("span", "unseen", {}, ` ${sayMap("number", { number })}`));
    const item = make("li", "map-row", { "data-position": id }, show, facts, make("p", "map-row-place", {}, place, copy, open));
    const row = { item, name, facts, place, open, invitation };
    this.#rows.set(id, row);
    const before = [...this.#rows.values()].find((other) => other.item.isConnected && other.invitation.number < number);
    this.#list.insertBefore(item, before?.item ?? null);
    return row;
  }

  /**
   * @param {string} id
   * @param {HTMLElement} place
   */
  async #copy(id, place) {
    const location = this.#rows.get(id)?.invitation.location;
    if (!location) return false;
    if (await copied(written(location))) return true;
    window.getSelection()?.selectAllChildren(place);
    return false;
  }
}
