/**
 * @file Puts live video and photos where they are seen: beside the cards, or on a narrow screen between the form and them.
 *
 * Moved in the document and not by the style sheet, so that the keyboard and a screen reader meet them where they stand.
 */

import { promised } from "./elements.js";

/** photos.css says the same. */
const NARROW = "(max-width: 520px)";

/** Arrange now, and again whenever the window changes between narrow and wide. */
export function keepArranged() {
  const stage = promised("stage", HTMLElement);
  const choice = promised("choice", HTMLElement);
  const talk = promised("talk", HTMLElement);
  const narrow = matchMedia(NARROW);
  const arrange = () => {
    if (narrow.matches) choice.before(stage);
    else talk.before(stage);
  };
  narrow.addEventListener("change", arrange);
  arrange();
}
