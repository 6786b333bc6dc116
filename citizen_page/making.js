/** Makes elements for the parts of the page that come later. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {object} [is]
 * @param {string} [is.id]
 * @param {string} [is.kind] its class
 * @param {string} [is.text]
 * @param {boolean} [is.hidden]
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, { id = "", kind = "", text = "", hidden = false } = {}, ...children) {
  const made = document.createElement(name);
  if (id) {
    made.id = id;
  }
  if (kind) {
    made.className = kind;
  }
  made.append(...(text ? [text] : []), ...children);
  made.hidden = hidden;
  if (made instanceof HTMLButtonElement) {
    made.type = "button";
  }
  return made;
}

/**
 * @param {string} name of an SVG element
 * @param {Record<string, string>} attributes
 * @returns {SVGElement}
 */
export function draw(name, attributes) {
  const drawn = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [attribute, value] of Object.entries(attributes)) {
    drawn.setAttribute(attribute, value);
  }
  return drawn;
}

/**
 * Make a drawing; words beside it say the same.
 * @param {SVGElement[]} shapes
 * @returns {SVGElement}
 */
export function drawing(...shapes) {
  const drawn = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
  drawn.append(...shapes);
  return drawn;
}

/**
 * Add rules to the page's style, which a policy that allows no style of others lets a script of the page do.
 * @param {string} rules
 */
export function style(rules) {
  const [sheet] = document.styleSheets;
  sheet?.insertRule(`@media all{${rules}}`, sheet.cssRules.length);
}
