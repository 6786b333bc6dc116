/** Makes a smaller picture of a photo: upright, and without anything that the camera wrote into it. */

/**
 * @typedef {object} Wish
 * @property {number} edge the longest, in pixels
 * @property {number} bytes the most
 * @property {number[]} qualities of JPEG, tried one after another until the bytes are few enough
 */

/** What is seen at once, also on a bad line. @type {Wish} */
export const PREVIEW = { edge: 960, bytes: 36_000, qualities: [0.6, 0.4, 0.2] };
/** What a slow line can carry in a minute, and nearly all that a screen shows. @type {Wish} */
export const SHRUNK = { edge: 2048, bytes: 500_000, qualities: [0.8, 0.6, 0.4, 0.2] };

/**
 * Draw a photo anew, smaller.
 * @param {Blob} file
 * @param {Wish} wish
 * @returns {Promise<Blob | null>} nothing, where this browser cannot draw the photo
 */
export async function shrink(file, { edge, bytes, qualities }) {
  if (file.type.startsWith("video/")) {
    // Safari would draw its first picture; but what is made of a clip is the server's to decide.
    return null;
  }
  try {
    const drawn = await decode(file, edge);
    const width = drawn instanceof HTMLImageElement ? drawn.naturalWidth : drawn.width;
    const height = drawn instanceof HTMLImageElement ? drawn.naturalHeight : drawn.height;
    const scale = Math.min(edge / Math.max(width, height), 1);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(Math.round(width * scale), 1);
    canvas.height = Math.max(Math.round(height * scale), 1);
    const context = canvas.getContext("2d");
    if (!context) {
      return null;
    }
    context.imageSmoothingQuality = "high";
    // What is transparent would become black.
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
    if ("close" in drawn) {
      drawn.close();
    }
    /** @type {Blob | null} */
    let made = null;
    for (const quality of qualities) {
      made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (!made || made.size <= bytes) {
        break;
      }
    }
    // An old iPhone keeps the memory of canvases that are only let go.
    canvas.width = 0;
    return made?.type === "image/jpeg" ? made : null;
  } catch {
    return null;
  }
}

/**
 * Decode off the main thread, and no larger than is of use, where the browser can.
 * @param {Blob} file
 * @param {number} edge
 * @returns {Promise<ImageBitmap | HTMLImageElement>}
 */
async function decode(file, edge) {
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: edge, resizeQuality: "medium" });
    if (bitmap.width === edge) {
      return bitmap;
    }
    bitmap.close();
  } catch {
    // A browser without this way of resizing, or a format that only an image element draws.
  }
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}
