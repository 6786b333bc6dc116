/** Brings one photo, or a size of it, to the server in one plain multipart request, and tells how far it is. */

import { addressOf, outcomeOf } from "./door.js";

/**
 * @typedef {import("./door.js").Outcome} Outcome
 *
 * @typedef {object} Sent
 * @property {string} id
 * @property {Blob} file
 * @property {"preview" | "shrunk" | "original"} size
 */

const SILENCE = 60_000;

/**
 * Try once to send a photo. XMLHttpRequest, because fetch does not tell how much has left the phone.
 * @param {Sent} photo
 * @param {(share: number) => void} onShare how much has left the phone, 0 to 1
 * @returns {Promise<Outcome>}
 */
export function upload(photo, onShare) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    // A slow line is given all the time it needs; a dead one is left after a minute without a sign of life.
    let silence = setTimeout(() => request.abort(), SILENCE);
    request.upload.onprogress = (event) => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
      if (event.lengthComputable) {
        onShare(event.loaded / event.total);
      }
    };
    request.onloadend = () => {
      clearTimeout(silence);
      const outcome = outcomeOf(request.status, request.responseText, request.getResponseHeader("Retry-After"));
      // "Sent" is the server's own word for this photo, nothing less.
      resolve(outcome.kind === "done" && !outcome.id ? { kind: "cut" } : outcome);
    };
    const form = new FormData();
    form.append("id", photo.id);
    form.append("size", photo.size);
    form.append("photo", photo.file, "photo");
    request.open("POST", addressOf("photos"));
    request.setRequestHeader("Accept", "application/json");
    request.send(form);
  });
}

/**
 * Whether the phone can still read the file: a photo picked from a cloud, or deleted since, may be out of reach.
 * @param {Blob} file
 * @returns {Promise<boolean>}
 */
export async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
