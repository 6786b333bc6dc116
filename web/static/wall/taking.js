/** @file Tells how a photo was taken, as far as its camera said. */

/**
 * What is worth saying of its age in one line; empty when nothing is known.
 *
 * @param {import("./shapes.js").Photo} photo
 */
export function ageSentence({ taken }) {
  return taken.age === "unknown" ? "" : taken.sentence;
}

/**
 * Whether it shows how things were, not how they are.
 *
 * @param {import("./shapes.js").Photo} photo
 */
export function isOld({ taken }) {
  return taken.age === "hours" || taken.age === "days";
}
