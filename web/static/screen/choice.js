/** @file What this screen shows of all there is; it stands in the page's own address, so that a bookmark keeps it. */

import { make, promised, setAttribute } from "../wall/elements.js";

/** So many screens can share what there is. */
const MOST_SCREENS = 6;

export class ScreenChoice {
  #show = promised("show", HTMLSelectElement);
  #incident = promised("incident", HTMLSelectElement);
  #place = promised("place", HTMLSelectElement);
  #wanted = new URLSearchParams(location.search);
  #onChange;

  /**
   * @param {object} needs
   * @param {import("../wall/shapes.js").Say} needs.say
   * @param {() => void} needs.onChange
   */
  constructor({ say, onChange }) {
    this.#onChange = onChange;
    this.#place.append(make("option", "", { value: "1/1" }, say("only")));
    for (let count = 2; count <= MOST_SCREENS; count += 1) {
      for (let place = 1; place <= count; place += 1) {
        this.#place.append(make("option", "", { value: `${place}/${count}` }, say("place_of", { place, count })));
      }
    }
    const wanted = this.#wanted.get("incident");
    if (wanted) this.offer([wanted]);
    choose(this.#show, this.#wanted.get("show") ?? "both");
    choose(this.#incident, wanted ?? "");
    choose(this.#place, `${this.#wanted.get("place") ?? "1"}/${this.#wanted.get("of") ?? "1"}`);
    for (const select of [this.#show, this.#incident, this.#place]) {
      select.addEventListener("change", () => {
        this.#write();
        this.#onChange();
      });
    }
    this.#tell();
  }

  get incident() {
    return this.#incident.value || null;
  }

  get showsLive() {
    return this.#show.value !== "photos";
  }

  get showsPhotos() {
    return this.#show.value !== "live";
  }

  /**
   * Whether this screen, and not one beside it, shows something; `number` is what tells it from the others.
   *
   * @param {number} number
   */
  isOurs(number) {
    const [place = 1, count = 1] = this.#place.value.split("/").map(Number);
    return number % count === place % count;
  }

  /** @param {import("../wall/shapes.js").Invitation | null} invitation */
  wants(invitation) {
    return this.incident === null || invitation?.incident === this.incident;
  }

  /**
   * Offer the incidents there are, and keep the one that is chosen.
   *
   * @param {string[]} incidents
   */
  offer(incidents) {
    const chosen = this.#incident.value;
    const all = [...new Set([...incidents, ...(chosen ? [chosen] : [])])];
    const there = [...this.#incident.options].slice(1).map((option) => option.value);
    if (all.join("\n") === there.join("\n")) return;
    const first = this.#incident.options[0];
    this.#incident.replaceChildren(...(first ? [first] : []), ...all.map((name) => make("option", "", { value: name }, name)));
    this.#incident.value = chosen;
  }

  #write() {
    const [place = "1", count = "1"] = this.#place.value.split("/");
    const written = new URLSearchParams();
    if (this.#show.value !== "both") written.set("show", this.#show.value);
    if (this.incident !== null) written.set("incident", this.incident);
    if (count !== "1") {
      written.set("place", place);
      written.set("of", count);
    }
    const query = written.toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    this.#tell();
  }

  #tell() {
    setAttribute(promised("desk", HTMLElement), "data-shows", this.#show.value);
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {string} value that may come from anywhere: what is not offered is left alone
 */
function choose(select, value) {
  if ([...select.options].some((option) => option.value === value)) select.value = value;
}
