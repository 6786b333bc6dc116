/** @file What every part of the page is handed. */

/** @typedef {(method: "GET" | "POST", address: string, body?: object) => Promise<any>} Ask rejects with a Problem */
/** @typedef {(sentence: string, isTrouble?: boolean) => void} Tell */

/**
 * @typedef {object} MeNeeds
 * @property {import("../wall/shapes.js").Say} say
 * @property {import("../wall/times.js").Times} times
 * @property {import("./sure.js").Sure} sure
 * @property {Ask} ask
 * @property {Tell} tell
 */

/**
 * @typedef {object} SessionShape
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} way
 * @property {string} browser
 * @property {string} address
 * @property {string} made_at
 * @property {string} seen_at
 * @property {string} ends_at
 * @property {boolean} this
 */

/**
 * @typedef {object} PasskeyShape
 * @property {string} id
 * @property {string} name
 * @property {string} role
 * @property {string} label
 * @property {string} made_at
 * @property {string | null} used_at
 */

export {};
