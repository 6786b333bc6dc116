/** @file Lets a passkey sign in on the page that says how to get in. */

import { Problem, ask } from "../wall/asking.js";
import { promised, setText } from "../wall/elements.js";
import { sayer } from "../wall/words.js";
import { knowsPasskeys, signByPasskey } from "./webauthn.js";

const { words } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words);
const button = promised("passkey", HTMLButtonElement);
const told = promised("passkey-told", HTMLElement);

if (knowsPasskeys()) {
  promised("passkey-way", HTMLElement).hidden = false;
  button.addEventListener("click", () => void signIn());
}

async function signIn() {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  setText(told, say("welcome.passkey_wait"));
  try {
    const asked = await ask("POST", "/sign-in/passkey/options", { say, body: {} });
    const answer = await signByPasskey(await asked.json());
    await ask("POST", "/sign-in/passkey", { say, body: { answer } });
    location.assign("/wall");
  } catch (error) {
    setText(told, error instanceof Problem ? error.message : say("welcome.passkey_given_up"));
  } finally {
    button.removeAttribute("aria-busy");
  }
}
