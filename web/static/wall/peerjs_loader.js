/** @file Loads PeerJS when the first live video is watched, and not before; the page names where it is. */

import { promised } from "./elements.js";

/**
 * Make the function that loads it, once.
 *
 * @returns {() => Promise<typeof import("./peerjs.js")>}
 */
export function peerJsLoader() {
  /** @type {Promise<typeof import("./peerjs.js")> | null} */
  let loading = null;
  return async () => {
    const address = promised("showme", HTMLScriptElement).dataset["peerjs"] ?? "";
    loading ??= import(address);
    try {
      return await loading;
    } catch (error) {
      // A line that was down for a moment: the next attempt asks again.
      loading = null;
      throw error;
    }
  };
}
