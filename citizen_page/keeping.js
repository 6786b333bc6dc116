/** Keeps what has not arrived in the browser's own database, so that a reload or a killed tab loses nothing. */

/**
 * @typedef {object} Kept
 * @property {string} id
 * @property {string} link whose page it is
 * @property {number} at when it was taken, chosen or said, in milliseconds since 1970
 *
 * @typedef {Kept & {file: Blob}} KeptPhoto
 * @typedef {Kept & {sentence: string, told: {text: string} | {ready: string}, reply_to: number | undefined}} KeptSentence
 */

/**
 * @template {Kept} Thing
 * @typedef {object} Store
 * @property {() => Promise<Thing[]>} all what is kept for this link, oldest first
 * @property {(thing: Omit<Thing, "link" | "at">) => Promise<unknown>} put
 * @property {(id: string) => Promise<unknown>} remove
 * @property {() => Promise<unknown>} clear
 */

const NAME = "showme";
const PHOTOS = "photos";
const SENTENCES = "sentences";
/** Milliseconds; by then the link has ended, too. */
const LIFE = 6 * 60 * 60 * 1000;

/**
 * @param {string} link
 * @returns {Promise<Store<KeptPhoto> | null>} nothing where the browser keeps nothing, as in private windows
 */
export const openPhotos = (link) => openStore(link, PHOTOS);

/**
 * @param {string} link
 * @returns {Promise<Store<KeptSentence> | null>}
 */
export const openSentences = (link) => openStore(link, SENTENCES);

/**
 * Open what is kept for one link. What has had its time goes first, whosever it was.
 * @template {Kept} Thing
 * @param {string} link
 * @param {string} what
 * @returns {Promise<Store<Thing> | null>}
 */
async function openStore(link, what) {
  try {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = () => {
      for (const name of [PHOTOS, SENTENCES]) {
        if (!request.result.objectStoreNames.contains(name)) {
          request.result.createObjectStore(name, { keyPath: "id" });
        }
      }
    };
    const database = await done(request);
    // Another page of ours that is newer is not to wait for this one.
    database.onversionchange = () => database.close();
    /**
     * @template T
     * @param {IDBTransactionMode} mode
     * @param {(things: IDBObjectStore) => IDBRequest<T>} act
     * @returns {Promise<T>}
     */
    const within = (mode, act) => done(act(database.transaction(what, mode).objectStore(what)));
    /** @returns {Promise<Thing[]>} */
    const everything = () => within("readonly", (things) => things.getAll());
    /** @param {string} id */
    const remove = (id) => within("readwrite", (things) => things.delete(id));
    /** @param {(kept: Thing) => boolean} which */
    const sweep = async (which) => {
      for (const { id } of (await everything()).filter(which)) {
        await remove(id);
      }
    };
    await sweep(({ at }) => Math.abs(Date.now() - at) > LIFE);
    return {
      all: async () => (await everything()).filter((kept) => kept.link === link).sort((one, other) => one.at - other.at),
      put: (thing) => within("readwrite", (things) => things.put({ ...thing, link, at: Date.now() })),
      remove,
      clear: () => sweep((kept) => kept.link === link),
    };
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
