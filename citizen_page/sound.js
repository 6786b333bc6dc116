/** Sends sound after the person has said yes to it, apart from the picture: they are in a phone call at this moment. */

import { find } from "./element.js";

/**
 * Make the question's buttons work.
 * @param {object} told
 * @param {(track: MediaStreamTrack | null) => void} told.send
 * @param {(step: string) => void} told.report
 * @param {import("./parts.js").Tools["speak"]} told.speak
 */
export function listenForSound({ send, report, speak }) {
  const question = find("sound");
  const sign = find("hush");
  /** @type {MediaStreamTrack | undefined} */
  let microphone;

  /** @param {MediaStreamTrack} [track] what the person has allowed; nothing: no sound any more */
  const take = (track) => {
    microphone?.stop();
    microphone = track;
    question.hidden = true;
    sign.hidden = !track;
    send(track ?? null);
  };
  /** @param {MediaStreamTrack} [track] */
  const answer = (track) => {
    take(track);
    report(track ? "sound_allowed" : "sound_refused");
    scrollTo(0, 0);
  };
  const ask = () => {
    if (!microphone) {
      question.hidden = false;
      question.scrollIntoView({ block: "nearest" });
      speak(question.innerText);
    }
  };
  find("allow").onclick = async () => {
    const taken = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => undefined);
    answer(taken?.getTracks()[0]);
  };
  sign.onclick = find("deny").onclick = () => answer();
  return { answer, ask, hush: () => take() };
}
