/** Keeps photos that have not arrived in the browser's own database, so that a reload or a killed tab loses none. */

/**
 * @typedef {object} Kept
 * @property {string} id
 * @property {Blob} file
 * @property {string} link whose page it is
 * @property {number} at when it was taken or chosen, in milliseconds since 1970
 *
 * @typedef {object} Store
 * @property {() => Promise<Kept[]>} all what is kept for this link, oldest first
 * @property {(id: string, file: Blob) => Promise<unknown>} put
 * @property {(id: string) => Promise<unknown>} remove
 * @property {() => Promise<unknown>} clear
 */

const NAME = "showme";
const PHOTOS = "photos";
/** Milliseconds; by then the link has ended, too. */
const LIFE = 6 * 60 * 60 * 1000;

/**
 * Open the store of one link. What has had its time goes first, whosever it was.
 * @param {string} link
 * @returns {Promise<Store | null>} nothing where the browser keeps nothing, as in private windows
 */
export async function openStore(link) {
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(PHOTOS, { keyPath: "id" });
    const database = await done(request);
    /**
     * @template T
     * @param {IDBTransactionMode} mode
     * @param {(photos: IDBObjectStore) => IDBRequest<T>} act
     * @returns {Promise<T>}
     */
    const within = (mode, act) => done(act(database.transaction(PHOTOS, mode).objectStore(PHOTOS)));
    /** @returns {Promise<Kept[]>} */
    const everything = () => within("readonly", (photos) => photos.getAll());
    /** @param {string} id */
    const remove = (id) => within("readwrite", (photos) => photos.delete(id));
    /** @param {(kept: Kept) => boolean} which */
    const sweep = async (which) => {
      for (const { id } of (await everything()).filter(which)) {
        await remove(id);
      }
    };
    await sweep(({ at }) => Math.abs(Date.now() - at) > LIFE);
    return {
      all: async () => (await everything()).filter((kept) => kept.link === link).sort((one, other) => one.at - other.at),
      put: (id, file) => within("readwrite", (photos) => photos.put({ id, file, link, at: Date.now() })),
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
