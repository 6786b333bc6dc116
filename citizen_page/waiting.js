/** Waits before the next try, and wakes up early when trying has become worthwhile. */

const LONGEST = 30;

/** @type {Set<() => void>} */
const sleepers = new Set();

/** End every wait now. */
export function wake() {
  for (const end of sleepers) {
    end();
  }
}

/**
 * Wait some seconds; shorter when the network or the person comes back, or when `wake` is called.
 * @param {number} seconds
 * @returns {Promise<void>}
 */
export function rest(seconds) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      sleepers.delete(end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    sleepers.add(end);
  });
}

/**
 * Seconds before the next try: 1, 2, 4 … 30, each up to a quarter longer, so that phones do not come in step.
 * @param {number} failures in a row, from 1
 * @returns {number}
 */
export function backoff(failures) {
  return Math.min(2 ** (failures - 1), LONGEST) * (1 + Math.random() / 4);
}

addEventListener("online", wake);
addEventListener("pageshow", wake);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    wake();
  }
});
