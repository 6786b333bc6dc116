/** @file Keeps the screen from switching itself off, as long as the page is seen and the browser agrees. */

/**
 * Begin, and go on whenever the page is seen again: a browser lets go of the screen when it is not.
 *
 * @param {(isAwake: boolean) => void} onChange
 */
export function keepAwake(onChange) {
  /** @type {WakeLockSentinel | null} */
  let held = null;
  const hold = async () => {
    if (document.hidden || held) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      held = lock;
      lock.addEventListener("release", () => {
        held = null;
        onChange(false);
        void hold();
      });
      onChange(true);
    } catch {
      // Plain http, an old browser, a battery that is nearly empty: the operator is told, and the screen's own settings count.
      onChange(false);
    }
  };
  document.addEventListener("visibilitychange", () => void hold());
  void hold();
}
