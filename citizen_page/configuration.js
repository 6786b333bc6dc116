/** What the server wrote into the page for the script: who asks, for what, and the words of one language. */

import { find } from "./element.js";

/**
 * @typedef {import("./words.js").Words} Words
 * @typedef {"received" | "shown" | "unreadable" | "forgotten" | "taken_back"} KnownState
 *
 * @typedef {object} Configuration
 * @property {"photo" | "live" | "location"} purpose
 * @property {string} organisation
 * @property {string} language
 * @property {Record<string, string>} languages codes and own names
 * @property {number} most_bytes of one photo
 * @property {string} expires_at ISO 8601
 * @property {number} retention_hours
 * @property {boolean} sound ask for the microphone together with the camera
 * @property {boolean} practice
 * @property {{id: string, state: KnownState}[]} photos what has arrived before this page was loaded
 * @property {Words} words
 */

/**
 * Read the configuration out of the page.
 * @returns {Configuration}
 */
export function readConfiguration() {
  return JSON.parse(find("showme").textContent ?? "");
}
