/** Draws the answers that can be tapped, for those who cannot read, or cannot read now. */

import { draw, drawing } from "./making.js";

const BODY = "M12 7.5v8m0-5.5-5.5 3.5M12 10l5.5 3.5M12 15.5l-4 7m4-7 4 7";
const HEAD = [12, 4.5, 2.5];
/** @type {Record<string, number[]>} where on the body: x, y, radius */
const PLACES = {
  head: [12, 4.5, 3],
  neck: [12, 7.5, 1.8],
  chest: [12, 10.5, 2.2],
  back: [12, 12, 2.2],
  belly: [12, 14, 2.2],
  arm: [8.7, 12, 2],
  hand: [6, 13.8, 2],
  leg: [10, 19, 2],
  foot: [7.8, 22, 2],
  everywhere: [12, 12, 11],
};
/** @type {Record<string, string>} */
const SHAPES = {
  yes: "M4 13l5 5L20 6",
  no: "M5 5l14 14M19 5L5 19",
  not_known: "M8 8a4 4 0 1 1 5.5 4c-1.5.8-1.5 1.5-1.5 3m0 3.5v1",
  breathes: "M2 9h11a3 3 0 1 0-3-3M2 13h16a3 3 0 1 1-3 3M2 17h8a2.5 2.5 0 1 1-2.5 2.5",
  does_not_breathe: "M2 9h11a3 3 0 1 0-3-3M2 13h16a3 3 0 1 1-3 3M3 21 21 3",
  cannot_speak: "M3 4h18v12h-9l-5 4v-4H3zM3 22 21 2",
  cannot_hear: "M7 9a5 5 0 0 1 10 0c0 4-4 4-4 8a3 3 0 0 1-5 2m2-10a2 2 0 0 1 4 0M3 22 21 2",
  hiding: "M2 12c5-8 15-8 20 0-5 8-15 8-20 0zm10-3a3 3 0 1 0 0 6 3 3 0 0 0 0-6M4 21 20 3",
  overheard: "M7 9a5 5 0 0 1 10 0c0 4-4 4-4 8a3 3 0 0 1-5 2m2-10a2 2 0 0 1 4 0M20 4c2 3 2 7 0 10",
  come_quickly: "M4 12h13m-6-7 7 7-7 7M22 4v16",
  not_understood: "M3 4h18v12h-9l-5 4v-4H3zm7 4a2 2 0 1 1 2.8 1.8c-.8.4-.8.7-.8 1.2m0 2.5v.5",
};
const NUMBERS = ["zero", "one", "two", "three", "four", "five"];

/**
 * Draw what an answer means; the words beside it say the same.
 * @param {string} ready the answer's key
 * @returns {SVGElement}
 */
export function picture(ready) {
  const place = PLACES[ready];
  const count = NUMBERS.indexOf(ready);
  if (place) {
    return drawing(circle(HEAD, ""), draw("path", { d: BODY }), circle(place, "mark"));
  }
  if (count >= 0 || ready === "more_than_five") {
    // As many people as it says.
    const people = count >= 0 ? count : 6;
    const drawn = drawing();
    for (let one = 0; one < people; one += 1) {
      const x = 4 + (one % 3) * 8;
      const y = people > 3 ? (one < 3 ? 1 : 13) : 7;
      drawn.append(circle([x, y + 2, 1.8], ""), draw("path", { d: `M${x - 2.5} ${y + 9}a2.5 4 0 0 1 5 0` }));
    }
    if (!people) {
      drawn.append(circle([12, 12, 7], ""), draw("path", { d: "M6 18 18 6" }));
    }
    return drawn;
  }
  return drawing(draw("path", { d: SHAPES[ready] ?? "" }));
}

/**
 * @param {number[]} at x, y, radius
 * @param {string} kind its class
 * @returns {SVGElement}
 */
function circle([cx = 0, cy = 0, r = 0], kind) {
  return draw("circle", { cx: `${cx}`, cy: `${cy}`, r: `${r}`, class: kind });
}
