/** @file Writes a place as text for other programs. */

/**
 * Five decimals are about a metre: no phone knows better.
 *
 * @param {{latitude: number, longitude: number}} place degrees
 */
export function written({ latitude, longitude }) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}
