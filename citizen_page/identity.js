/** Makes the id that a photo keeps however often it is sent. */

/**
 * A random UUID (RFC 9562, version 4), also in browsers and on plain HTTP pages without crypto.randomUUID.
 * @returns {string}
 */
export function identify() {
  if (crypto.randomUUID) {
    return crypto.randomUUID();
  }
  const bytes = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte, place) =>
    place === 6 ? (byte & 0x0f) | 0x40 : place === 8 ? (byte & 0x3f) | 0x80 : byte,
  );
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
