/** Fills the blanks of the catalogue's sentences. */

/**
 * The section `citizen` of the catalogue, as far as the script says it.
 * @typedef {object} Words
 * @property {Record<"photo" | "live" | "location", string>} ask
 * @property {string} take_another
 * @property {string} locate_again
 * @property {string} try_again
 * @property {Record<"name" | "waiting" | "sending" | "offline" | "retrying" | "busy" | "sent" | "shown" | "unreadable"
 *   | "forgotten" | "refused" | "too_large" | "lost" | "not_sent" | "take_back" | "take_back_sure" | "taking_back"
 *   | "taken_back" | "not_taken_back" | "coming" | "preview_only" | "tally" | "tally_waiting" | "not_kept", string>} photo
 * @property {Record<"name" | "about" | "sending" | "sent" | "waiting" | "not_sent" | "unavailable" | "too_slow"
 *   | "refused", string>} location
 * @property {Record<"connecting" | "late", string>} live
 * @property {Record<"heading" | "sentence", string>} left
 * @property {Record<"closed" | "expired" | "help", string>} ended
 */

/**
 * What the parts say that come when they are needed.
 * @typedef {object} LaterWords
 * @property {Record<"about" | "about_sound" | "connecting" | "seen" | "paused" | "stopped" | "refused" | "in_use" | "in_app"
 *   | "unsupported" | "battery" | "copied" | "snapped" | "move_closer" | "move_back" | "move_left" | "move_right"
 *   | "hold_still", string>} live
 * @property {Record<"follow" | "following" | "stop_following" | "followed", string>} location
 * @property {Record<"name" | "sign" | "stop" | "turn" | "snap" | "copy_link" | "sound" | "allow" | "deny" | "hush",
 *   string>} screen
 * @property {Record<"name" | "close" | "you" | "label" | "send" | "waiting" | "sent" | "not_sent", string>} talk
 */

/**
 * Put values into the blanks of a sentence; a blank is a name in braces.
 * @param {string} sentence
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));
}
