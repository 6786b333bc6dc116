/** Hands over the photos that a person takes or chooses. */

/**
 * Listen to the page's file inputs; without a script each is part of a plain form.
 * @param {(file: File) => void} onPhoto
 */
export function listenForPhotos(onPhoto) {
  for (const input of document.querySelectorAll("input")) {
    input.required = false;
    input.multiple = !input.hasAttribute("capture");
    input.onchange = () => {
      for (const file of input.files ?? []) {
        onPhoto(file);
      }
      // The same photo may be chosen again.
      input.value = "";
    };
  }
}
