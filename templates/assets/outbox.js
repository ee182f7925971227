// Photos that wait to be sent, kept in this browser until the server has them. Each is encrypted with a key that is
// made of one that cannot leave the browser and of a secret that only the pages of whoever took it carry: nobody else
// who signs in here can see it, count it or send it.

/**
 * @typedef {{ id: string, visit: string, picture: Blob }} Shot
 * @typedef {{ id: string, owner: string, iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} Kept
 */

const DATABASE = 'outbox';
const SHOTS = 'shots';
const KEYS = 'keys';
/** Name of the browser's own key. */
const DEVICE = 'device';
/** Ends the line before the picture's bytes. */
const LINE_END = 0x0a;

/**
 * What a request of the database gives.
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

/**
 * Makes a change, and waits until it is on the disk.
 * @param {IDBDatabase} database
 * @param {(shots: IDBObjectStore) => void} change
 * @returns {Promise<void>}
 */
function changed(database, change) {
  const transaction = database.transaction(SHOTS, 'readwrite', { durability: 'strict' });
  change(transaction.objectStore(SHOTS));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(KEYS);
    request.result.createObjectStore(SHOTS, { keyPath: 'id' }).createIndex('owner', 'owner');
  };
  return done(request);
}

/**
 * The browser's own key; made when there is none.
 * @param {IDBDatabase} database
 * @returns {Promise<CryptoKey>}
 */
async function deviceKey(database) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const fresh = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey']);
  const keys = database.transaction(KEYS, 'readwrite').objectStore(KEYS);
  const known = await done(keys.get(DEVICE));
  if (known === undefined) await done(keys.put(fresh, DEVICE));
  return known ?? fresh;
}

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** @param {ArrayBuffer} bytes */
const hexadecimal = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * An id for what is made at a moment: a UUIDv7 (RFC 9562, 5.7).
 * @param {number} moment in milliseconds since 1970
 */
export function freshId(moment) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(moment / 2 ** 32));
  view.setUint32(2, moment % 2 ** 32);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return hexadecimal(bytes.buffer).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The moment at which an id was made.
 * @param {string} id
 */
export function momentOf(id) {
  return parseInt(id.replace('-', '').slice(0, 12), 16);
}

/** The outbox of one person in this browser. */
export class Outbox {
  /**
   * @param {IDBDatabase} database
   * @param {CryptoKey} key
   * @param {string} owner
   */
  constructor(database, key, owner) {
    this.database = database;
    this.key = key;
    this.owner = owner;
  }

  /**
   * Opens it; fails where the browser keeps nothing or cannot encrypt.
   * @param {string} secret what only this person's pages carry
   */
  static async open(secret) {
    const database = await openDatabase();
    // Without it a phone that runs out of room may empty the outbox. Some browsers ask their user: that may take long.
    void navigator.storage?.persist?.().catch(() => false);
    const mix = { name: 'HKDF', hash: 'SHA-256', salt: bytesOf(secret), info: bytesOf(DATABASE) };
    const kind = { name: 'AES-GCM', length: 256 };
    const key = await crypto.subtle.deriveKey(mix, await deviceKey(database), kind, false, ['encrypt', 'decrypt']);
    const owner = hexadecimal(await crypto.subtle.digest('SHA-256', bytesOf(`owner ${secret}`)));
    return new Outbox(database, key, owner);
  }

  shots() {
    return this.database.transaction(SHOTS, 'readonly').objectStore(SHOTS);
  }

  /** An id is bound to what it names: no sealed shot opens in another's place. @param {string} id */
  way(id, iv = crypto.getRandomValues(new Uint8Array(12))) {
    return { name: 'AES-GCM', iv, additionalData: bytesOf(id) };
  }

  /** Keeps a shot. @param {Shot} shot */
  async add(shot) {
    const about = JSON.stringify({ visit: shot.visit, kind: shot.picture.type });
    const plain = await new Blob([about, '\n', shot.picture]).arrayBuffer();
    const way = this.way(shot.id);
    const sealed = await crypto.subtle.encrypt(way, this.key, plain);
    const kept = { id: shot.id, owner: this.owner, iv: way.iv, sealed };
    await changed(this.database, (shots) => shots.put(kept));
  }

  /**
   * The ids of what is kept for this person, oldest first.
   * @returns {Promise<string[]>}
   */
  async list() {
    const ids = await done(this.shots().index('owner').getAllKeys(this.owner));
    return ids.map(String).sort();
  }

  /**
   * A shot as it was taken; nothing when it is not there any more.
   * @param {string} id
   * @returns {Promise<Shot | undefined>}
   */
  async find(id) {
    /** @type {Kept | undefined} */
    const kept = await done(this.shots().get(id));
    if (kept?.owner !== this.owner) return undefined;
    const plain = new Uint8Array(await crypto.subtle.decrypt(this.way(id, kept.iv), this.key, kept.sealed));
    const end = plain.indexOf(LINE_END);
    const { visit, kind } = JSON.parse(new TextDecoder().decode(plain.subarray(0, end)));
    return { id, visit, picture: new Blob([plain.subarray(end + 1)], { type: kind }) };
  }

  /** Erases a shot that the server has. @param {string} id */
  async remove(id) {
    await changed(this.database, (shots) => shots.delete(id));
  }
}
