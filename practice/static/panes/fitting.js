/** @file Scales what has a size of its own until it fits into its place. */

/**
 * Keep the custom property --scale of an element such that a box of the given size fits into it.
 *
 * @param {HTMLElement} place
 * @param {(width: number, height: number) => number} scaleFor from the place's inner size in CSS pixels
 */
export function keepFitted(place, scaleFor) {
  new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === 0) return;
    const scale = scaleFor(entry.contentRect.width, entry.contentRect.height);
    place.style.setProperty("--scale", scale.toFixed(4));
  }).observe(place);
}
