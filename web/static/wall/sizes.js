/** @file Tells how much of a photo has come: a slow phone sends a preview first, and sometimes never the rest. */

/** After this long, in milliseconds, nobody is told any more that the rest is coming; should it come, it is shown. */
const AWAITED = 10 * 60_000;

/**
 * What to say of a photo of which only a preview can be seen; empty for every other one.
 *
 * @param {import("./shapes.js").Photo} photo
 * @param {import("./shapes.js").Invitation | undefined} invitation
 * @param {number} now
 * @param {import("./shapes.js").Say} say
 */
export function sizeSentence(photo, invitation, now, say) {
  if (photo.state !== "shown" || photo.size !== "preview") return "";
  const isHere = photo.reached !== "preview";
  const mayCome = invitation?.state !== "closed" && invitation?.state !== "expired" && photo.original !== "gone";
  const isAwaited = isHere || (mayCome && now - Date.parse(photo.received_at) < AWAITED);
  return say(isAwaited ? "photo.coming" : "photo.preview_only");
}

/**
 * Where one of its pictures is; each size has an address of its own, because browsers keep what they have loaded.
 *
 * @param {import("./shapes.js").Photo} photo
 * @param {"thumbnail" | "wall"} kind
 */
export function pictureOf(photo, kind) {
  const address = `/api/photos/${encodeURIComponent(photo.id)}/${kind}`;
  return photo.size === "original" ? address : `${address}?size=${photo.size}`;
}
