/** Describes the phone as far as the browser tells: what decides whether a picture will come through. */

/**
 * @typedef {object} Phone
 * @property {number | null} battery 0 to 1
 * @property {number} clock minutes by which its clock is ahead of UTC: cameras write local time
 * @property {string | null} network such as "4g", as the Network Information API names it
 *
 * @typedef {Navigator & {getBattery?: () => Promise<{level: number}>, connection?: {effectiveType?: string}}} Talkative
 */

const PATIENCE = 500;

/**
 * Ask the browser; one that hesitates is not waited for.
 * @returns {Promise<Phone>}
 */
export async function describePhone() {
  const talkative = /** @type {Talkative} */ (navigator);
  const level = talkative.getBattery?.().then(
    (battery) => battery.level,
    () => null,
  );
  /** @type {Promise<null>} */
  const patience = new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE));
  return {
    battery: (await Promise.race([level ?? null, patience])) ?? null,
    clock: -new Date().getTimezoneOffset(),
    network: talkative.connection?.effectiveType ?? null,
  };
}
