/** @file Tells how a photo was taken, as far as its camera said. */

/**
 * What is worth saying of it in one line: that it is a still, or how old it is; empty when nothing is known.
 *
 * @param {import("./shapes.js").Photo} photo
 * @param {import("./shapes.js").Say} say
 */
export function takingSentence({ kind, taken }, say) {
  if (kind === "still") return say("photo.still");
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
