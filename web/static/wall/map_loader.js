/** @file Loads the map, its library and its style when a map is opened, and not before; the page names where they are. */

import { make, promised } from "./elements.js";

/** @typedef {typeof import("./map.js")} MapModule */

/**
 * Make the function that loads it, once.
 *
 * @returns {() => Promise<MapModule>}
 */
export function mapLoader() {
  /** @type {Promise<MapModule> | null} */
  let loading = null;
  return async () => {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      // A line that was down for a moment: the next attempt asks again.
      loading = null;
      throw error;
    }
  };
}

async function load() {
  const { map: address = "", mapStyle = "" } = promised("showme", HTMLScriptElement).dataset;
  const style = make("link", "", { rel: "stylesheet", href: mapStyle });
  /** @type {Promise<void>} */
  const styled = new Promise((resolve, reject) => {
    style.addEventListener("load", () => resolve());
    style.addEventListener("error", () => {
      style.remove();
      reject(new Error("no style"));
    });
  });
  document.head.append(style);
  const [module] = await Promise.all([/** @type {Promise<MapModule>} */ (import(address)), styled]);
  return module;
}
