/** Makes the small button with which a photo that was sent by mistake is taken back: the second tap does it. */

import { speak } from "./speaking.js";

/** Milliseconds in which a second tap is a nervous one. */
const NERVOUS = 400;
/** Milliseconds for which the second tap is waited for. */
const PATIENCE = 5000;

/**
 * @param {import("./words.js").Words["photo"]} words
 * @param {() => void} onSure
 * @returns {HTMLButtonElement}
 */
export function takeBackButton(words, onSure) {
  const button = document.createElement("button");
  let askedAt = 0;
  let timer = 0;
  const callOff = () => {
    clearTimeout(timer);
    askedAt = 0;
    button.textContent = words.take_back;
  };
  button.type = "button";
  button.className = "small";
  button.onclick = ({ timeStamp }) => {
    if (!askedAt) {
      askedAt = timeStamp;
      button.textContent = words.take_back_sure;
      speak(words.take_back_sure);
      timer = window.setTimeout(callOff, PATIENCE);
    } else if (timeStamp - askedAt > NERVOUS) {
      callOff();
      onSure();
    }
  };
  callOff();
  return button;
}
