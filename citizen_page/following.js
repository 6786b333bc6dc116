/** Goes on sending where the phone is while its owner moves: only after a tap of its own, and until the next one. */

import { make } from "./making.js";
import { fill } from "./words.js";

/**
 * @typedef {import("./parts.js").Tools} Tools
 * @typedef {import("./row.js").Row} Row
 */

/** Milliseconds between two places that are sent, however the phone moves; and after which one is sent though it stands. */
const PACE = 5000;
const AGE = 60_000;
/** Metres. */
const STEP = 15;
const METRES_PER_DEGREE = 111_320;

/**
 * Offer it below a place that was sent.
 * @param {import("./words.js").LaterWords["location"]} said
 * @param {Row} row
 * @param {Pick<Tools, "insist"> & {onEnded: (sentence: string) => void}} page what the page has already
 */
export function offerFollowing(said, row, { insist, onEnded }) {
  const button = make("button", { kind: "button" });
  /** @type {number | undefined} */
  let watching;
  /** @type {GeolocationCoordinates | undefined} */
  let sent;
  let sentAt = 0;
  let isBusy = false;
  /** @type {GeolocationCoordinates | undefined} */
  let newest;

  const stop = () => {
    if (watching !== undefined) {
      navigator.geolocation.clearWatch(watching);
      watching = newest = undefined;
      button.textContent = said.follow;
      row.show({ sentence: said.followed, beside: button });
    }
  };

  const send = async () => {
    const { coords, age } = { coords: newest, age: Date.now() - sentAt };
    if (isBusy || !coords || !isNews(coords, sent, age)) {
      return;
    }
    isBusy = true;
    const { latitude, longitude, accuracy } = coords;
    const outcome = await insist("progress", { location: { latitude, longitude, accuracy } });
    isBusy = false;
    if (outcome.kind === "ended") {
      onEnded(outcome.sentence);
    } else if (watching !== undefined) {
      sent = coords;
      sentAt = Date.now();
      row.show({ sentence: fill(said.following, { metres: Math.max(Math.round(accuracy), 1) }), mood: "good", beside: button });
    }
  };

  button.onclick = () => {
    if (watching !== undefined) {
      return stop();
    }
    button.textContent = said.stop_following;
    watching = navigator.geolocation.watchPosition(
      ({ coords }) => {
        newest = coords;
        void send();
      },
      // A phone that loses itself in a tunnel finds itself again; one that forbids it does not.
      ({ code, PERMISSION_DENIED }) => code === PERMISSION_DENIED && stop(),
      { enableHighAccuracy: true, maximumAge: 0 },
    );
  };
  button.textContent = said.follow;
  return { button, stop };
}

/**
 * Whether a place is worth sending: it is another one, a better one, or the last one is old.
 * @param {GeolocationCoordinates} coords
 * @param {GeolocationCoordinates | undefined} sent
 * @param {number} age milliseconds
 */
function isNews(coords, sent, age) {
  if (!sent || age > AGE) {
    return true;
  }
  const north = (coords.latitude - sent.latitude) * METRES_PER_DEGREE;
  const east = (coords.longitude - sent.longitude) * METRES_PER_DEGREE * Math.cos((coords.latitude * Math.PI) / 180);
  return age > PACE && (Math.hypot(north, east) > Math.max(STEP, coords.accuracy / 2) || coords.accuracy < sent.accuracy / 2);
}
