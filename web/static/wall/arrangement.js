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
  const cards = promised("cards-pane", HTMLElement);
  const desk = promised("desk-main", HTMLElement);
  const narrow = matchMedia(NARROW);
  const arrange = () => {
    if (narrow.matches) cards.before(stage);
    else desk.append(stage);
  };
  narrow.addEventListener("change", arrange);
  arrange();
}
