/**
 * @file Draws positions with Leaflet, over tiles where the operator has a source, and over a plain grid where not.
 *
 * It stands apart, with the library: a page loads it when its map is opened, and not before.
 */

import * as leaflet from "leaflet";
import { make, setAttribute, setText } from "./elements.js";
import { inMetres, metresOf, squareFor } from "./map_measures.js";

/** From this age, in minutes, a position is no longer fresh, and from that one it is old. */
const FADES = [2, 15];
/** However exact a position is, so many metres around it are shown. */
const AROUND = 150;
/** Nobody needs to see a position closer than this. */
const CLOSEST = 18;
/** Of a trail, so many positions are drawn. */
const MOST_OF_TRAIL = 200;

/**
 * @typedef {object} Traced where one citizen was
 * @property {string} id of the invitation
 * @property {number} number
 * @property {string | null} incident
 * @property {import("./shapes.js").Place[]} positions the newest last, at least one
 */

/**
 * @typedef {object} Drawn
 * @property {Traced} traced
 * @property {import("leaflet").LayerGroup} layers
 * @property {import("leaflet").Marker} marker
 * @property {HTMLElement} sign
 * @property {HTMLElement} name
 * @property {HTMLElement} age
 */

/**
 * @typedef {object} MapNeeds
 * @property {import("./shapes.js").Say} say the words of the map
 * @property {import("./times.js").Times} times
 * @property {() => number} now
 * @property {import("./shapes.js").MapSource} source
 * @property {((id: string) => void) | null} onChosen null where a position leads nowhere
 */

export class MapView {
  #needs;
  #map;
  #grid = leaflet.layerGroup();
  #scale = make("p", "map-grid-size");
  /** @type {Map<string, Drawn>} */
  #drawn = new Map();

  /**
   * @param {HTMLElement} place
   * @param {MapNeeds} needs
   */
  constructor(place, needs) {
    this.#needs = needs;
    const { say, source } = needs;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.#map = leaflet.map(place, {
      attributionControl: false,
      zoomControl: false,
      zoomAnimation: !isCalm,
      fadeAnimation: !isCalm,
      markerZoomAnimation: !isCalm,
      inertia: !isCalm,
      maxZoom: CLOSEST,
      minZoom: 2,
      worldCopyJump: true,
    });
    setAttribute(place, "role", "region");
    setAttribute(place, "aria-label", say("drawing"));
    leaflet.control.zoom({ zoomInTitle: say("nearer"), zoomOutTitle: say("farther") }).addTo(this.#map);
    leaflet.control.scale({ imperial: false, maxWidth: 120, position: "topright" }).addTo(this.#map);
    this.#map.setView([50, 10], 4);
    if (source.tiles) this.#layTiles(source.tiles, place);
    else this.#layGrid(place);
  }

  /**
   * Draw where a citizen was, in the place of what was drawn of them before.
   *
   * @param {Traced} traced
   */
  put(traced) {
    const newest = traced.positions.at(-1);
    if (!newest) return;
    this.remove(traced.id);
    const layers = leaflet.layerGroup().addTo(this.#map);
    const at = pointOf(newest);
    if (traced.positions.length > 1) {
      const trail = traced.positions.slice(-MOST_OF_TRAIL).map(pointOf);
      leaflet.polyline(trail, { className: "map-trail", interactive: false }).addTo(layers);
      for (const point of trail.slice(0, -1)) {
        leaflet.circleMarker(point, { radius: 3, className: "map-step", interactive: false }).addTo(layers);
      }
    }
    const ring = { radius: newest.accuracy ?? 0, className: "map-ring", interactive: false };
    if (newest.accuracy) leaflet.circle(at, ring).addTo(layers);
    const name = make("span", "map-name");
    const age = make("span", "map-age");
    const sign = make("span", "map-sign", {}, make("span", "map-dot"), make("span", "map-words", {}, name, " ", age));
    const { onChosen, say } = this.#needs;
    if (onChosen) sign.append(make("span", "unseen", {}, say("select", { number: traced.number })));
    const icon = leaflet.divIcon({ html: sign, className: "map-place", iconSize: [0, 0] });
    const isPressed = onChosen !== null;
    const marker = leaflet.marker(at, { icon, keyboard: isPressed, interactive: isPressed, riseOnHover: true });
    marker.addTo(layers);
    if (onChosen) {
      marker.on("click", () => onChosen(traced.id));
      // The library takes Enter for its own popups only.
      marker.on("keydown", ({ originalEvent }) => {
        if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
        originalEvent.preventDefault();
        onChosen(traced.id);
      });
    }
    /** @type {Drawn} */
    const drawn = { traced, layers, marker, sign, name, age };
    this.#drawn.set(traced.id, drawn);
    setText(name, [say("number", { number: traced.number }), traced.incident].filter(Boolean).join(" · "));
    this.#tell(drawn);
  }

  /** @param {string} id */
  remove(id) {
    this.#drawn.get(id)?.layers.remove();
    this.#drawn.delete(id);
  }

  /** Write again how old each position is. */
  tell() {
    for (const drawn of this.#drawn.values()) this.#tell(drawn);
  }

  /** Show all of them. */
  fit() {
    const bounds = leaflet.latLngBounds([]);
    for (const { traced } of this.#drawn.values()) {
      for (const position of traced.positions) bounds.extend(boundsOf(position));
    }
    if (bounds.isValid()) this.#map.fitBounds(bounds, { padding: [40, 40], maxZoom: CLOSEST - 1 });
  }

  /**
   * Show one of them.
   *
   * @param {string} id
   */
  show(id) {
    const newest = this.#drawn.get(id)?.traced.positions.at(-1);
    if (newest) this.#map.fitBounds(boundsOf(newest), { padding: [40, 40], maxZoom: CLOSEST - 1 });
  }

  /** Take in how large the place is now. */
  measure() {
    this.#map.invalidateSize({ animate: false });
  }

  /** Give everything up. */
  stop() {
    this.#map.remove();
  }

  /** @param {Drawn} drawn */
  #tell({ traced, marker, sign, age }) {
    const { now, times, onChosen } = this.#needs;
    const newest = traced.positions.at(-1);
    if (!newest) return;
    const minutes = (now() - Date.parse(newest.at)) / 60_000;
    setAttribute(sign, "data-age", minutes < (FADES[0] ?? 0) ? "fresh" : minutes < (FADES[1] ?? 0) ? "older" : "old");
    setText(age, times.ago(newest.at, now()));
    const element = marker.getElement();
    if (element && onChosen) setAttribute(element, "role", "button");
  }

  /**
   * @param {string} tiles
   * @param {HTMLElement} place
   */
  #layTiles(tiles, place) {
    const { say, source } = this.#needs;
    const layer = leaflet.tileLayer(tiles, { maxNativeZoom: source.deepest, maxZoom: CLOSEST, className: "map-tiles" });
    const missing = make("p", "map-note", { role: "status" }, say("tiles_missing"));
    missing.hidden = true;
    let failures = 0;
    layer.on("tileerror", () => {
      failures += 1;
      missing.hidden = failures < 3;
    });
    layer.on("tileload", () => {
      failures = 0;
      missing.hidden = true;
    });
    layer.addTo(this.#map);
    place.append(missing, make("p", "map-credit", {}, source.attribution));
  }

  /** @param {HTMLElement} place */
  #layGrid(place) {
    const { say } = this.#needs;
    this.#grid.addTo(this.#map);
    place.append(make("p", "map-note map-plain", {}, say("without_tiles"), " ", say("north"), ". ", this.#scale));
    this.#map.on("moveend zoomend resize", () => this.#drawGrid());
    this.#drawGrid();
  }

  /** Lines so many metres apart that a square is as large as a thumb, straight through the middle of what is seen. */
  #drawGrid() {
    const { say } = this.#needs;
    this.#grid.clearLayers();
    const bounds = this.#map.getBounds();
    const size = this.#map.getSize();
    if (size.x === 0 || size.y === 0) return;
    const middle = bounds.getCenter();
    const across = metresOf(middle.lat);
    const high = (bounds.getNorth() - bounds.getSouth()) * across.perLatitude;
    const metres = squareFor(high / size.y);
    const down = metres / across.perLatitude;
    const right = metres / across.perLongitude;
    for (let at = Math.ceil(bounds.getSouth() / down) * down; at < bounds.getNorth(); at += down) {
      this.#line([at, bounds.getWest()], [at, bounds.getEast()]);
    }
    for (let at = Math.ceil(bounds.getWest() / right) * right; at < bounds.getEast(); at += right) {
      this.#line([bounds.getSouth(), at], [bounds.getNorth(), at]);
    }
    setText(this.#scale, `${say("grid", { size: inMetres(metres, say) })}.`);
  }

  /**
   * @param {[number, number]} from
   * @param {[number, number]} to
   */
  #line(from, to) {
    leaflet.polyline([from, to], { className: "map-line", interactive: false }).addTo(this.#grid);
  }
}

/**
 * @param {import("./shapes.js").Place} place
 * @returns {[number, number]}
 */
function pointOf({ latitude, longitude }) {
  return [latitude, longitude];
}

/** @param {import("./shapes.js").Place} place */
function boundsOf(place) {
  return leaflet.latLng(pointOf(place)).toBounds(2 * Math.max(AROUND, place.accuracy ?? 0));
}
