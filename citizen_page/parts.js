/** Fetches the parts of the page that its first button does not need, with their words, and does not give up. */

import { ask, insist } from "./door.js";
import { speak } from "./speaking.js";
import { introduce } from "./tapping.js";
import { backoff, rest } from "./waiting.js";

/** What every part is handed, so that nothing of the page exists twice. */
export const tools = { ask, insist, introduce, speak, backoff, rest };

/**
 * @typedef {typeof tools} Tools
 * @typedef {import("./words.js").LaterWords} LaterWords
 */

/** @type {Promise<LaterWords> | undefined} */
let words;

/** @returns {Promise<LaterWords>} */
async function fetchWords() {
  const outcome = await ask("words", { headers: { Accept: "application/json" } });
  if (outcome.kind !== "done") {
    words = undefined;
    throw outcome;
  }
  return /** @type {any} */ (outcome);
}

/**
 * Fetch a part, again and again.
 * @param {string} address
 * @param {() => void} onFailure before each further try
 * @returns {Promise<[module: any, words: LaterWords]>}
 */
export async function fetchPart(address, onFailure) {
  for (let failures = 0; ; ) {
    try {
      // A browser may remember a failure for as long as the page lives: every try has an address of its own.
      return await Promise.all([import(failures ? `${address}?${failures}` : address), (words ??= fetchWords())]);
    } catch {
      failures += 1;
      onFailure();
      await rest(backoff(failures));
    }
  }
}
