/** What the page does not need for its first second, and loads right after it: previews, resuming, and what is kept. */

export { openStore } from "./keeping.js";
export { resume } from "./resuming.js";
export { PREVIEW, SHRUNK, shrink } from "./shrinking.js";
