/** @file Says a sentence of the catalogue in the language of the page. */

/**
 * Make the function that looks a sentence up by its path ("form.send") and fills its blanks.
 *
 * A missing sentence is a fault of ours: the path itself is shown, so that it is seen.
 *
 * @param {unknown} section nested objects of strings
 * @returns {import("./shapes.js").Say}
 */
export function sayer(section) {
  return (path, blanks = {}) => {
    /** @type {unknown} */
    let found = section;
    for (const step of path.split(".")) {
      found = found !== null && typeof found === "object" ? Reflect.get(found, step) : undefined;
    }
    if (typeof found !== "string") return path;
    return found.replace(/\{(\w+)\}/g, (blank, name) => String(blanks[name] ?? blank));
  };
}
