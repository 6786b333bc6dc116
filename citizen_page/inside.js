/** Tells the browsers inside other apps, which keep the camera to themselves. */

const IN_APP = /FBA[NV]|Instagram|Line\/|WhatsApp|Snapchat|TikTok|; wv\)|(iPhone|iPad)(?!.*Safari)/;

/**
 * Whether this browser is part of another app.
 * @returns {boolean}
 */
export function isInApp() {
  return IN_APP.test(navigator.userAgent);
}
