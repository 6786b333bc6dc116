/** @file Says a sentence of the catalogue. */

/**
 * Make the function that finds a sentence by its path ("chat.reply") and fills its blanks.
 *
 * A sentence that is missing is a fault of ours: its path is shown, so that it is seen.
 *
 * @param {unknown} catalogue nested objects of strings
 * @returns {import("./shapes.js").Say}
 */
export function sayer(catalogue) {
  return (path, blanks = {}) => {
    const found = path
      .split(".")
      .reduce((words, key) => (words && typeof words === "object" ? Reflect.get(words, key) : undefined), catalogue);
    if (typeof found !== "string") return path;
    return found.replace(/\{(\w+)\}/g, (blank, name) => String(blanks[name] ?? blank));
  };
}
