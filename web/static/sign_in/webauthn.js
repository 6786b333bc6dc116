/**
 * @file Speaks with the browser about passkeys: the server's JSON goes in, JSON for the server comes out.
 *
 * Browsers are only learning to read and write this JSON themselves (WebAuthn Level 3, 5.1.8 and 5.1.9), so that the
 * bytes in it are turned here.
 */

/** @typedef {Record<string, any>} Json */

/** Whether this browser knows passkeys at all. */
export function knowsPasskeys() {
  return typeof PublicKeyCredential === "function" && typeof navigator.credentials?.create === "function";
}

/**
 * Let the browser make a passkey.
 *
 * @param {Json} options as the server wrote them
 * @returns {Promise<Json>} rejects with a DOMException: NotAllowedError when the person gave up, InvalidStateError when
 *   the device holds one already
 */
export async function makePasskey(options) {
  const publicKey = /** @type {PublicKeyCredentialCreationOptions} */ (
    /** @type {unknown} */ ({
      ...options,
      challenge: bytesOf(options.challenge),
      user: { ...options.user, id: bytesOf(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map(withBytes),
    })
  );
  const made = await navigator.credentials.create({ publicKey });
  if (!(made instanceof PublicKeyCredential)) throw new DOMException("no passkey", "NotAllowedError");
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return {
    ...whatOf(made),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

/**
 * Let the browser sign by any passkey of this place.
 *
 * @param {Json} options as the server wrote them
 * @returns {Promise<Json>} rejects with a DOMException: NotAllowedError when the person gave up
 */
export async function signByPasskey(options) {
  const publicKey = /** @type {PublicKeyCredentialRequestOptions} */ (
    /** @type {unknown} */ ({
      ...options,
      challenge: bytesOf(options.challenge),
      allowCredentials: (options.allowCredentials ?? []).map(withBytes),
    })
  );
  const signed = await navigator.credentials.get({ publicKey });
  if (!(signed instanceof PublicKeyCredential)) throw new DOMException("no passkey", "NotAllowedError");
  const response = /** @type {AuthenticatorAssertionResponse} */ (signed.response);
  return {
    ...whatOf(signed),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      userHandle: response.userHandle ? textOf(response.userHandle) : null,
    },
  };
}

/** @param {PublicKeyCredential} passkey */
function whatOf(passkey) {
  return { id: passkey.id, rawId: textOf(passkey.rawId), type: passkey.type, clientExtensionResults: {} };
}

/** @param {Json} named */
function withBytes(named) {
  return { ...named, id: bytesOf(named.id) };
}

/**
 * Read base64url (RFC 4648, 5).
 *
 * @param {string} text
 */
function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

/**
 * Write base64url without padding.
 *
 * @param {ArrayBuffer} bytes
 */
function textOf(bytes) {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
