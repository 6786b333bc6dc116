/** @file Draws the few signs that the wall uses; they are decoration, words stand beside them. */

/** Strokes on a grid of 24 by 24. */
const STROKES = {
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
  copy: "M9 9h10.5v11.5H9ZM5 15H4.5V3.5H15V4",
  qr: "M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h2.5v2.5M20 14v6h-6",
  again: "M19.5 12A7.5 7.5 0 1 1 17 6.4L19.5 9M19.5 4v5h-5",
  cross: "M6 6l12 12M18 6 6 18",
  left: "M14.5 5 8 12l6.5 7",
  right: "M9.5 5l6.5 7-6.5 7",
  down: "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
  up: "M12 20V5M6 11l6-6.5 6 6.5",
  voice: "M4 9.5v5h3.5L12 19V5L7.500 9.500ZM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.500 20.500c.5-4 3.500-6 7.500-6 1 0 2 .1 2.800.4M16 16l5 5M21 16l-5 5",
  tick: "M5 12.5 10 17.5 19.5 7",
  broken: "M4 5h7l-1.5 4 3 3-2.5 3 1.5 4H4ZM15 5h5v14h-4.5l-1-4 2.5-3-3-3Z",
};

/** @typedef {keyof typeof STROKES} IconName */

/**
 * Draw one sign, hidden from screen readers.
 *
 * @param {IconName} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", STROKES[name]);
  drawing.append(path);
  return drawing;
}
