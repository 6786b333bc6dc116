/** @file Names the shapes of what the server tells, and of what the parts of the page hand to each other. */

/**
 * @typedef {object} Sms
 * @property {number | string} id
 * @property {string} to
 * @property {string} text
 * @property {string} link
 * @property {string} at
 */

/**
 * @typedef {object} ChatButton
 * @property {string} text
 * @property {string} kind callback, url or copy; the Bot API's other names are understood too
 * @property {string} value
 */

/**
 * @typedef {object} Place
 * @property {number} latitude
 * @property {number} longitude
 * @property {number | null} accuracy metres
 */

/**
 * @typedef {object} Message
 * @property {number} id
 * @property {number | null} reply_to
 * @property {string} kind
 * @property {string} text
 * @property {boolean} spoiler
 * @property {boolean} deleted
 * @property {string} from
 * @property {boolean} bot
 * @property {string} at
 * @property {boolean} edited
 * @property {boolean} silent
 * @property {boolean} private said by the bot to the player alone, in a chat of their own
 * @property {ChatButton[][]} buttons
 * @property {string | null} photo
 * @property {Place | null} location
 */

/**
 * @typedef {object} State
 * @property {{id: number, name: string, region: string}} organisation
 * @property {Sms[]} sms oldest first
 * @property {Message[]} chat oldest first
 */

/** @typedef {(path: string, blanks?: Record<string, string | number>) => string} Say */

/** @typedef {"chat" | "wall" | "phone"} PaneName */

export {};
