/** Makes the page look switched off, for a person whom nobody may notice; a tap brings it back. */

import { find } from "./element.js";

/**
 * Make the button work. What was begun goes on behind the dark.
 * @param {{obey: (command: string) => unknown, readonly isOn: boolean}} live
 */
export function darkenOnTap(live) {
  const dark = find("dark");
  const button = find("quiet");
  // Browsers draw their own bars in this colour.
  const bars = document.createElement("meta");
  bars.name = "theme-color";
  bars.content = "#000";
  button.onclick = () => {
    dark.hidden = false;
    document.body.classList.add("quiet");
    document.head.append(bars);
    dark.focus();
    if (live.isOn) {
      live.obey("torch_off");
    }
  };
  dark.onclick = () => {
    dark.hidden = true;
    document.body.classList.remove("quiet");
    bars.remove();
    button.focus();
    // Whoever waits for the page to be seen.
    dispatchEvent(new Event("pageshow"));
  };
}
