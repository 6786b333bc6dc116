/** @file Lends the phone a camera: the page asks for a picture as it would anywhere, and gets a sample or a file. */

import { make, promised } from "./elements.js";
import { SAMPLES, draw } from "./sample_photos.js";

/** The sample photos, in pixels: large enough to be worth a look, small enough to be drawn at once. */
const PHOTO = { width: 1200, height: 1600 };
const PREVIEW = { width: 96, height: 128 };

/**
 * Answer the page in a frame when it opens a file chooser. Everything before and after is the page's own doing.
 *
 * @param {HTMLIFrameElement} frame
 * @param {import("./shapes.js").Say} say
 */
export function lendCamera(frame, say) {
  const sheet = promised("camera", HTMLElement);
  const file = promised("camera-file", HTMLInputElement);
  /** @type {HTMLInputElement | null} */
  let asking = null;
  const others = [...(sheet.parentElement?.children ?? [])].filter((element) => element !== sheet);

  /** @param {HTMLInputElement} input */
  const open = (input) => {
    asking = input;
    sheet.hidden = false;
    for (const other of others) other.toggleAttribute("inert", true);
    sheet.querySelector("button")?.focus();
  };
  const close = () => {
    asking = null;
    sheet.hidden = true;
    for (const other of others) other.toggleAttribute("inert", false);
    frame.focus();
  };
  /** @param {{content: Blob, name: string}[]} pictures */
  const give = (pictures) => {
    const input = asking;
    const world = input?.ownerDocument.defaultView;
    close();
    if (!input || !world || pictures.length === 0) return;
    // Made in the page's own world: a File of ours would be a stranger to its `instanceof File`.
    const taken = new world.DataTransfer();
    for (const { content, name } of pictures) {
      taken.items.add(new world.File([content], name, { type: content.type, lastModified: Date.now() }));
    }
    input.files = taken.files;
    input.dispatchEvent(new world.Event("change", { bubbles: true }));
  };

  frame.addEventListener("load", () => {
    if (asking) close();
    frame.contentDocument?.addEventListener("click", (event) => {
      // The element belongs to the frame's own world: instanceof would not know it.
      const target = /** @type {Element | null} */ (event.target);
      const input = target?.closest?.("input[type=file]");
      if (!input) return;
      event.preventDefault();
      open(/** @type {HTMLInputElement} */ (input));
    });
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  promised("camera-cancel", HTMLButtonElement).addEventListener("click", close);
  file.addEventListener("change", () => {
    const chosen = [...(file.files ?? [])].map((picture) => ({ content: picture, name: picture.name }));
    file.value = "";
    give(chosen);
  });

  const samples = promised("camera-samples", HTMLUListElement);
  for (const name of SAMPLES) {
    const preview = make("canvas", "", { "aria-hidden": "true" });
    Object.assign(preview, PREVIEW);
    draw(preview, name, say("practice"));
    const button = make("button", "sample", { type: "button", "aria-label": say(`phone.${name}`), title: say(`phone.${name}`) }, preview);
    button.addEventListener("click", () => {
      const canvas = make("canvas");
      Object.assign(canvas, PHOTO);
      draw(canvas, name, say("practice"));
      canvas.toBlob(
        (content) => give(content ? [{ content, name: `${name}.jpg` }] : []),
        "image/jpeg",
        0.9,
      );
    });
    samples.append(make("li", "", {}, button));
  }
}
