/** What the page does not need for its first second, and loads right after it: previews, resuming, and what is kept. */

export { openPhotos, openSentences } from "./keeping.js";
export { resume } from "./resuming.js";
export { PREVIEW, SHRUNK, shrink } from "./shrinking.js";
