/** @file Measures what a map shows: metres for degrees, and squares of a round number of metres. */

/** Metres of one degree of latitude, as near as a drawing needs (WGS 84, mean). */
const DEGREE = 111_195;
/** A square of the grid is at least so many pixels wide. */
const SQUARE = 90;

/**
 * How many metres a degree is, at a latitude.
 *
 * @param {number} latitude
 */
export function metresOf(latitude) {
  const across = Math.cos((Math.min(85, Math.abs(latitude)) * Math.PI) / 180);
  return { perLatitude: DEGREE, perLongitude: DEGREE * across };
}

/**
 * The side of a square, in a round number of metres: 1, 2 or 5 with noughts.
 *
 * @param {number} metresPerPixel
 */
export function squareFor(metresPerPixel) {
  const wanted = Math.max(1, metresPerPixel * SQUARE);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].find((times) => times * power >= wanted) ?? 10;
  return step * power;
}

/**
 * Write a length.
 *
 * @param {number} metres
 * @param {import("./shapes.js").Say} say
 */
export function inMetres(metres, say) {
  return metres < 1000 ? say("metres", { count: metres }) : say("kilometres", { count: metres / 1000 });
}

/**
 * The address by which a phone or a desk opens a place in the program of its owner's choice (RFC 5870).
 *
 * @param {import("./shapes.js").Place} place
 */
export function geoAddress({ latitude, longitude, accuracy }) {
  const within = accuracy === null ? "" : `;u=${Math.round(accuracy)}`;
  return `geo:${latitude.toFixed(6)},${longitude.toFixed(6)}${within}`;
}
