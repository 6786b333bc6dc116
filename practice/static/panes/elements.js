/** @file Finds, makes and changes elements, touching the page only where something is different. */

/**
 * Find an element that the template promises.
 *
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function promised(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`);
  return found;
}

/**
 * Make an element with a class, attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, className = "", attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Draw one of our line icons.
 *
 * @param {string} path the "d" of an SVG path in a box of 24
 */
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/**
 * Write a text, only when it differs.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A part of the page that is made anew only when what it shows has changed; the keyboard keeps its place in it. */
export class Part {
  #element;
  #shown = "";

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /**
   * Show a value; null hides the part.
   *
   * @template T
   * @param {T | null} value
   * @param {(value: T) => (Node | string)[]} build
   */
  show(value, build) {
    const shown = JSON.stringify(value);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const controls = () => [...this.#element.querySelectorAll("button, a")];
    const focused = document.activeElement ? controls().indexOf(document.activeElement) : -1;
    this.#element.hidden = value === null;
    this.#element.replaceChildren(...(value === null ? [] : build(value)));
    if (focused < 0) return;
    const next = controls()[focused] ?? controls().at(-1) ?? this.#element.closest("[tabindex]");
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  }
}
