/** Sends where the phone is, on a tap, and says in plain words what came of it. */

import { noteTrouble } from "./attending.js";
import { insist } from "./door.js";
import { find } from "./element.js";
import { fetchPart, tools } from "./parts.js";
import { Row } from "./row.js";
import { rest, wake } from "./waiting.js";
import { fill } from "./words.js";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./words.js").Words["location"]} Said
 */

/** Milliseconds for one fix. */
const PATIENCE = 20_000;
/** Seconds for the page to show what is shared, before the browser's own question covers it. */
const READING = 0.3;
/** A first fix is often coarse; it is sent at once, and better ones after it, while the phone still looks. */
const MOST_FIXES = 3;
const BETWEEN_FIXES = 4;
/** Good enough to stop looking, in metres. */
const ENOUGH = 30;

/**
 * Make the button work; without a way to know the place, say so instead.
 * @param {Configuration} configuration
 * @param {(sentence: string) => void} onEnded
 * @returns {() => void} for the end of the link: a place that was wanted and has not arrived is said to be not sent
 */
export function listenForLocation(configuration, onEnded) {
  /** @type {Row | undefined} */
  let row;
  /** @type {ReturnType<typeof import("./following.js").offerFollowing> | undefined} */
  let following;
  let isOver = false;
  const stop = () => {
    isOver = true;
    following?.stop();
    if (row && !row.isGood) {
      row.show({ sentence: configuration.words.location.not_sent, mood: "bad" });
    }
  };
  const button = document.querySelector("#locate");
  if (!(button instanceof HTMLButtonElement)) {
    return stop;
  }
  if (!navigator.geolocation || !isSecureContext) {
    const purpose = button.matches(":first-child");
    button.remove();
    if (purpose) {
      noteTrouble("location", "unsupported");
    }
    // The sentence for browsers without a script says the same.
    document.querySelector("p.plain")?.classList.remove("plain");
    return stop;
  }
  let isBusy = false;
  button.onclick = async () => {
    row ??= new Row({
      name: configuration.words.location.name,
      picture: button.querySelector("svg"),
      buttonText: configuration.words.try_again,
      onButton: () => (isBusy ? wake() : button.click()),
    });
    if (!isBusy) {
      isBusy = true;
      following?.stop();
      if ((await locate(row, configuration, onEnded)) && !isOver) {
        const [part, words] = await fetchPart(configuration.following, () => {});
        if (!isOver) {
          following ??= /** @type {typeof import("./following.js")} */ (part).offerFollowing(words.location, row, {
            ...tools,
            onEnded,
          });
          row.add(following.button);
        }
      }
      isBusy = false;
    }
  };
  return stop;
}

/**
 * Look for the place and send it, until it is good enough or the phone finds nothing better.
 * @param {Row} row
 * @param {Configuration} configuration
 * @param {(sentence: string) => void} onEnded
 * @returns {Promise<boolean>} whether it was sent
 */
async function locate(row, { words }, onEnded) {
  const said = words.location;
  row.show({ sentence: said.about });
  await rest(READING);

  let best = Infinity;
  for (let fixes = 0; fixes < MOST_FIXES && best > ENOUGH; fixes += 1) {
    if (fixes > 0) {
      await rest(BETWEEN_FIXES);
    }
    const fix = await findPlace();
    if ("code" in fix) {
      if (best === Infinity) {
        const picture = /** @type {HTMLElement} */ (find("where").cloneNode(true));
        const isRefused = fix.code === fix.PERMISSION_DENIED;
        picture.removeAttribute("id");
        picture.removeAttribute("hidden");
        row.show({
          sentence: sentenceFor(fix, said),
          mood: "bad",
          again: true,
          beside: isRefused ? picture : undefined,
        });
        noteTrouble("location", isRefused ? "refused" : fix.code === fix.TIMEOUT ? "too_slow" : "unavailable");
      }
      return best < Infinity;
    }
    const { latitude, longitude, accuracy } = fix.coords;
    if (accuracy >= best) {
      continue;
    }
    row.show({ sentence: said.sending });
    const outcome = await insist("progress", { location: { latitude, longitude, accuracy } }, () =>
      row.show({ sentence: said.waiting, again: true }),
    );
    if (outcome.kind === "ended") {
      onEnded(outcome.sentence);
      return false;
    }
    if (outcome.kind === "refused") {
      row.show({ sentence: outcome.sentence || said.not_sent, mood: "bad", again: true });
      return false;
    }
    best = accuracy;
    noteTrouble("location");
    row.show({ sentence: fill(said.sent, { metres: Math.max(Math.round(accuracy), 1) }), mood: "good" });
    find("locate").lastElementChild?.replaceChildren(words.locate_again);
  }
  return true;
}

/**
 * Ask the browser, which asks the person the first time.
 * @returns {Promise<GeolocationPosition | GeolocationPositionError>}
 */
function findPlace() {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(resolve, resolve, {
      enableHighAccuracy: true,
      maximumAge: 0,
      timeout: PATIENCE,
    });
  });
}

/**
 * Say why the browser gave no place, and how to allow it.
 * @param {GeolocationPositionError} problem
 * @param {Said} said
 * @returns {string}
 */
function sentenceFor(problem, said) {
  if (problem.code === problem.PERMISSION_DENIED) {
    return said.refused;
  }
  return problem.code === problem.TIMEOUT ? said.too_slow : said.unavailable;
}
