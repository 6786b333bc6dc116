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
 *   | "taken_back" | "not_taken_back", string>} photo
 * @property {Record<"name" | "about" | "sending" | "sent" | "waiting" | "not_sent" | "unavailable"
 *   | "too_slow" | "unsupported", string> & {refused: Record<"iphone" | "android" | "other", string>}} location
 * @property {Record<"about" | "about_sound" | "connecting" | "seen" | "paused" | "stopped" | "in_use" | "in_app"
 *   | "unsupported" | "copied" | "snapped" | "move_closer" | "move_back" | "move_left" | "move_right"
 *   | "hold_still", string> & {refused: Record<"iphone" | "android" | "other", string>}} live
 * @property {Record<"closed" | "expired" | "gone" | "help", string>} ended
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
