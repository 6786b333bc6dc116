/** Makes the id that a photo keeps however often it is sent. */

/**
 * A random UUID (RFC 9562, version 4), also in old browsers and on plain HTTP pages, where crypto.randomUUID is not: the
 * address of an object ends in one.
 * @returns {string}
 */
export function identify() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}
