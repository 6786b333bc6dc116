/** What the server wrote into the page for the script: who asks, for what, and the words of one language. */

import { find } from "./element.js";

/**
 * @typedef {import("./words.js").Words} Words
 * @typedef {"received" | "shown" | "unreadable" | "forgotten" | "taken_back"} KnownState
 *
 * @typedef {object} KnownPhoto
 * @property {string} id
 * @property {KnownState} state
 * @property {"preview" | "shrunk" | "original"} size the fullest that has arrived
 * @property {"asked" | "gone" | null} original
 *
 * @typedef {object} Configuration
 * @property {"photo" | "live" | "location"} purpose
 * @property {string} organisation
 * @property {number} most_bytes of one photo
 * @property {boolean} sound ask for the microphone together with the camera
 * @property {KnownPhoto[]} photos what has arrived before this page was loaded
 * @property {boolean} has_messages the control room has written before this page was loaded
 * @property {number} after the number of the last event before this page was made
 * @property {boolean} line the switchboard is ours, so that the line can open before the tap has been answered
 * @property {string} later the address of the modules that the page loads when it is there
 * @property {string} live the address of the part that shows the live video
 * @property {string} talk the address of the part with the conversation
 * @property {string} following the address of the part that goes on sending the place
 * @property {Words} words
 */

/**
 * Read the configuration out of the page.
 * @returns {Configuration}
 */
export function readConfiguration() {
  return JSON.parse(find("showme").textContent ?? "");
}
