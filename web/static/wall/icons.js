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
  large: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  small: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
  star: "M12 3.800l2.500 5.300 5.700.700-4.200 4 1.100 5.700L12 16.700l-5.100 2.800L8 13.800l-4.200-4 5.700-.700Z",
  lock: "M5.500 11h13v9h-13ZM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 14.500v2",
  sheet: "M7 8.500v-5h10v5M7 17H4.500V8.500h15V17H17M7 14h10v6.500H7Z",
  turn: "M5 12.5a7 7 0 1 0 2.500-5.400L5 9.500M5 4.500v5h5",
  keep: "M4 6.500h16v13H4ZM8 3.500h8M12 9.500v6M9 12.500h6",
  camera: "M4 7.500h3.500L9.500 5h5l2 2.500H20v12H4ZM12 10a3.300 3.300 0 1 1 0 6.600A3.300 3.300 0 0 1 12 10Z",
  swap: "M4 9.500h14M14.500 6 18 9.500 14.500 13M20 15.500H6M9.500 12 6 15.500 9.500 19",
  torch: "M8 3.500h8v4l-2 3v10h-4v-10l-2-3ZM8 7.500h8M12 13v2",
  mute: "M4 9.500v5h3.500L12 19V5L7.500 9.500ZM16 9.500l5 5M21 9.500l-5 5",
  hold: "M12 3.500v5M12 15.500v5M3.500 12h5M15.500 12h5M12 10.500a1.500 1.500 0 1 1 0 3 1.500 1.500 0 0 1 0-3Z",
  near: "M4 4h16v16H4ZM9 9h6v6H9Z",
  far: "M9 9h6v6H9ZM4 7V4h3M17 4h3v3M20 17v3h-3M7 20H4v-3",
  hide: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM4 20 20 4",
  film: "M4 5.500h11v13H4ZM15 10l5-3v10l-5-3",
  pin: "M12 21s6.5-6.2 6.5-11a6.500 6.500 0 0 0-13 0c0 4.800 6.500 11 6.500 11ZM12 7.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z",
  share: "M12 14.500V4M8 7.500 12 3.500l4 4M5 11.500v8h14v-8",
  hand: "M4 12h14M13 6.500 18.500 12 13 17.500M4 5.500v13",
  tick: "M5 12.5 10 17.5 19.5 7",
  talk: "M4 5h16v11.500h-8.500L7 20.500v-4H4ZM8 9h8M8 12.500h5",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 8v4.500l3 2",
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
