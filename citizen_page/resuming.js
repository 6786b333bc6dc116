/**
 * @file Brings a photo to the server piece by piece, and goes on where it was cut: tus 1.0.0, as written down in
 * https://tus.io/protocols/resumable-upload.
 */

import { outcomeOf } from "./door.js";

/**
 * @typedef {import("./door.js").Outcome} Outcome
 * @typedef {import("./upload.js").Sent} Sent
 *
 * What an answer of the server tells.
 * @typedef {object} Answer
 * @property {number} status 0 when nobody answered
 * @property {string} body
 * @property {(name: string) => string | null} header
 */

/** Milliseconds without a sign of life after which a line is left: the next one goes on where this one ended. */
const SILENCE = 30_000;
/** Seconds that a piece shall take: a cut costs no more than that, and a newer photo's preview waits no longer. */
const PACE = 3;
const LEAST = 64 * 1024;
const MOST = 1024 * 1024;

/**
 * Where the uploads of this page are, by photo and size. A page that was loaded anew asks again by the photo's id, and
 * is told the same place: how far an upload has come only the server knows.
 * @type {Map<string, string>}
 */
const places = new Map();
/** Those of which a first piece was sent with the beginning, and may have arrived. */
const begun = new Set();

/**
 * Bring a photo, as far as this line carries.
 * @param {Sent} photo
 * @param {object} told
 * @param {number} told.speed bytes per second, as far as is known
 * @param {(share: number) => void} told.onShare how much has left the phone, 0 to 1
 * @param {() => boolean} told.mayGoOn asked before each piece
 * @returns {Promise<Outcome | {kind: "paused"}>}
 */
export async function resume({ id, file, size }, { speed, onShare, mayGoOn }) {
  const name = `${id} ${size}`;
  const uploads = `${location.pathname.replace(/\/$/, "")}/uploads`;
  const language = `?lang=${encodeURIComponent(document.documentElement.lang)}`;
  let piece = fit(speed * PACE);
  let place = places.get(name);
  /** @type {Answer} */
  let answer;
  let began = performance.now();
  let from = 0;
  if (place) {
    answer = await ask("HEAD", place + language, {});
  } else {
    const withPiece = !begun.has(name);
    begun.add(name);
    answer = await ask(
      "POST",
      uploads + language,
      {
        "Upload-Length": `${file.size}`,
        "Upload-Metadata": `id ${btoa(id)},size ${btoa(size)}`,
        ...(withPiece && { "Content-Type": "application/offset+octet-stream" }),
      },
      withPiece ? file.slice(0, piece) : undefined,
      (loaded) => onShare(loaded / file.size),
    );
    place = answer.header("Location") ?? undefined;
  }
  for (;;) {
    const { status, header } = answer;
    if (!place || ![200, 201, 204].includes(status)) {
      return whatNow(answer, name);
    }
    places.set(name, place);
    const photo = header("Upload-Photo");
    if (photo) {
      places.delete(name);
      return { kind: "done", id: photo };
    }
    const offset = Number(header("Upload-Offset"));
    onShare(offset / file.size);
    if (offset > from) {
      piece = fit(((offset - from) / (performance.now() - began)) * 1000 * PACE);
    }
    if (!mayGoOn()) {
      return { kind: "paused" };
    }
    began = performance.now();
    from = offset;
    answer = await ask(
      "PATCH",
      place + language,
      { "Upload-Offset": `${offset}`, "Content-Type": "application/offset+octet-stream" },
      file.slice(offset, offset + piece),
      (loaded) => onShare((offset + loaded) / file.size),
    );
  }
}

/**
 * @param {number} bytes
 * @returns {number}
 */
function fit(bytes) {
  return Math.round(Math.min(Math.max(bytes, LEAST), MOST)) || LEAST;
}

/**
 * Say what an answer other than yes means: of most, the next try makes something better.
 * @param {Answer} answer
 * @param {string} name
 * @returns {Outcome}
 */
function whatNow({ status, body, header }, name) {
  const outcome = outcomeOf(status, body, header("Retry-After"));
  if (outcome.kind === "ended" && outcome.cause === "not_found") {
    // The upload is over, and not the link.
    places.delete(name);
    return { kind: "cut" };
  }
  // Somebody else had gone on with it, perhaps we ourselves, on a line that had died meanwhile.
  const isOutOfStep = outcome.kind === "refused" && /^(offset_wrong|upload_taken_over)$/.test(outcome.cause ?? "");
  return isOutOfStep || outcome.kind === "done" ? { kind: "cut" } : outcome;
}

/**
 * @param {string} method
 * @param {string} address
 * @param {Record<string, string>} headers
 * @param {Blob} [body]
 * @param {(loaded: number) => void} [onLoaded]
 * @returns {Promise<Answer>}
 */
function ask(method, address, headers, body, onLoaded) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let silence = setTimeout(() => request.abort(), SILENCE);
    request.upload.onprogress = ({ loaded }) => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
      onLoaded?.(loaded);
    };
    request.onloadend = () => {
      clearTimeout(silence);
      resolve({
        status: request.status,
        body: request.responseText,
        header: (name) => request.getResponseHeader(name),
      });
    };
    request.open(method, address);
    const all = { "Tus-Resumable": "1.0.0", Accept: "application/json", ...headers };
    for (const [name, value] of Object.entries(all)) {
      request.setRequestHeader(name, value);
    }
    request.send(body);
  });
}
