/** @file Finds the links in a text, and the pane in which a link of ours opens. */

import { make } from "./elements.js";

const ADDRESS = /https?:\/\/[^\s<>"'“”«»]+/g;
/** Where the caller types the spoken code. */
export const CODE_PATH = "/c";

const THIS_MACHINE = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The path of an address of this very server; null for any other.
 *
 * The server may call itself localhost where the browser says 127.0.0.1; to the browser those are strangers.
 *
 * @param {string} address
 */
export function ownPath(address) {
  const url = parsed(address);
  if (!url) return null;
  const isTwin = THIS_MACHINE.has(url.hostname) && THIS_MACHINE.has(location.hostname) && url.port === location.port;
  return url.origin === location.origin || isTwin ? url.pathname + url.search + url.hash : null;
}

/** @param {string} address */
function parsed(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}

/**
 * The pane in which a path of ours opens; null when it has none.
 *
 * @param {string} path
 * @returns {"wall" | "phone" | null}
 */
export function paneOf(path) {
  if (/^\/(s\/.|c($|[?#]))/.test(path)) return "phone";
  return /^\/(sign-in\/.|wall($|[?#]))/.test(path) ? "wall" : null;
}

/** @typedef {(path: string) => boolean} Open opens a path of ours in its pane; false when that pane is not on this page */

/**
 * Make a link to wherever an address leads.
 *
 * @param {string} address
 * @param {Open} open
 * @param {string} [className]
 * @param {...(Node | string)} children
 */
export function linkTo(address, open, className = "", ...children) {
  const path = ownPath(address);
  const link = make("a", className, { href: path ?? address, target: "_blank", rel: "noopener noreferrer" }, ...children);
  link.addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (path !== null && isPlain && open(path)) event.preventDefault();
  });
  return link;
}

/**
 * The text with its addresses made into links.
 *
 * @param {string} text
 * @param {Open} open
 * @returns {(Node | string)[]}
 */
export function withLinks(text, open) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    pieces.push(text.slice(end, match.index), linkTo(address, open, "", address));
    end = match.index + address.length;
  }
  return [...pieces, text.slice(end)].filter((piece) => piece !== "");
}
