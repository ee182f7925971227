// Photos on their way: each is sent by itself, at most two at once, again when there was no signal, and asked after
// until it is read. Knows nothing of the page: whoever shows it listens for `change` and `locked`.
import { freshId, momentOf } from './outbox.js';

/** @typedef {import('./outbox.js').Outbox} Outbox */
/** @typedef {'waiting' | 'sending' | 'unsent' | 'taken'} State */

/** So many are sent at once. */
const AT_ONCE = 2;
/** So long nothing may move before a sending counts as failed, in milliseconds. */
const PATIENCE = 30_000;
/** The pauses before a photo is sent again, in milliseconds: they double. */
const PAUSE = { least: 2_000, most: 60_000 };
/** How often the server is asked whether photos are read, in milliseconds: each time a little later. */
const LOOK = { least: 400, most: 5_000, growth: 1.15 };
/** A photo that is not read by then is looked at on the pile. */
const LOOK_MAX = 5 * 60_000;

/** A photo on its way. */
export class Item {
  /**
   * @param {string} id
   * @param {number} number from 1, in the order they were taken
   */
  constructor(id, number) {
    this.id = id;
    this.number = number;
    /** @type {State} */
    this.state = 'waiting';
    /** How much of it is sent, up to 1. */
    this.progress = 0;
    this.attempts = 0;
    /** The rows that the server shows for it, once it is taken. */
    this.rows = '';
    /** @type {import('./outbox.js').Shot | undefined} The shot itself, until the browser keeps it, or where it cannot. */
    this.shot = undefined;
    /** It is being put where it is kept, and not sent before it is there. */
    this.isBeingKept = false;
  }

  /** The moment it was taken. */
  get takenAt() {
    return momentOf(this.id);
  }

  /** Is the server still reading it? */
  get isRead() {
    return this.state === 'taken' && !/<li class="[^"]*\breading\b/.test(this.rows);
  }

  /** The id by which the server knows it: that of the same photo, if it was sent before. */
  get name() {
    return /data-photo="([0-9a-f-]{36})/.exec(this.rows)?.[1] ?? this.id;
  }
}

/** Everything on its way. */
export class Queue extends EventTarget {
  /**
   * @param {Outbox | undefined} outbox where photos are kept; without one they are lost with the page
   * @param {{ csrf: string, owner: string }} form what goes with every photo
   */
  constructor(outbox, form) {
    super();
    this.outbox = outbox;
    this.form = form;
    /** @type {Item[]} */
    this.items = [];
    this.sending = 0;
    /** Somebody must sign in before anything is sent. */
    this.isLocked = false;
    this.isLooking = false;
    addEventListener('online', () => this.retryAll());
    document.addEventListener('visibilitychange', () => document.hidden || this.retryAll());
  }

  /** What the server does not have yet. */
  get left() {
    return this.items.filter((item) => item.state !== 'taken');
  }

  /** Takes up what was kept when the page was left. */
  async resume() {
    const ids = (await this.outbox?.list().catch(() => [])) ?? [];
    for (const id of ids) this.enqueue(new Item(id, this.items.length + 1));
  }

  /**
   * Takes a picture in.
   * @param {Blob} picture
   * @param {string} visit in which it was taken
   */
  async add(picture, visit) {
    const shot = { id: freshId(Date.now()), visit, picture };
    const item = new Item(shot.id, this.items.length + 1);
    item.shot = shot;
    item.isBeingKept = true;
    this.items.push(item);
    this.tell(item);
    try {
      await this.outbox?.add(shot);
      if (this.outbox !== undefined) item.shot = undefined;
    } catch (error) {
      console.warn('a photo is not kept', error);
    }
    item.isBeingKept = false;
    this.tell(item);
    this.sendNext();
  }

  /** @param {Item} item */
  enqueue(item) {
    this.items.push(item);
    this.tell(item);
    this.sendNext();
  }

  /** Sends a photo again. @param {Item} item */
  retry(item) {
    if (item.state !== 'unsent') return;
    item.state = 'waiting';
    this.tell(item);
    this.sendNext();
  }

  retryAll() {
    this.items.forEach((item) => this.retry(item));
  }

  /** @param {Item} item */
  tell(item) {
    this.dispatchEvent(new CustomEvent('change', { detail: item }));
  }

  sendNext() {
    const next = this.items.find((item) => item.state === 'waiting' && !item.isBeingKept);
    if (this.isLocked || this.sending >= AT_ONCE || next === undefined) return;
    next.state = 'sending';
    next.progress = 0;
    this.sending += 1;
    this.tell(next);
    this.send(next)
      .catch((error) => this.fail(next, error))
      .finally(() => {
        this.sending -= 1;
        this.tell(next);
        this.sendNext();
      });
    this.sendNext();
  }

  /** Sends one. Another page may be sending it too: only one does at a time. @param {Item} item */
  async send(item) {
    const work = async () => {
      const shot = item.shot ?? (await this.outbox?.find(item.id));
      const path = `?number=${item.number}`;
      // Another page has sent it, and erased it.
      const answer = shot === undefined ? await ask(`/photos/${item.id}/row${path}`) : await this.post(item, shot, path);
      await this.take(item, answer);
    };
    await (navigator.locks?.request(`photo ${item.id}`, work) ?? work());
  }

  /**
   * @param {Item} item
   * @param {import('./outbox.js').Shot} shot
   * @param {string} query
   */
  post(item, shot, query) {
    const form = new FormData();
    const fields = { ...this.form, visit: shot.visit, id: shot.id, age: String(Date.now() - item.takenAt) };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('photo', shot.picture, 'photo');
    return post(`/photos${query}`, form, (progress) => {
      item.progress = progress;
      this.tell(item);
    });
  }

  /**
   * What the server answers. Rows are its verdict on the photo, good or bad; whatever else it says, the photo
   * stays where it is.
   * @param {Item} item
   * @param {Answer} answer
   */
  async take(item, answer) {
    if (this.isRefused(answer)) item.state = 'unsent';
    else await this.settle(item, answer);
  }

  /**
   * Is somebody to sign in first? Then nothing more is sent or shown.
   * @param {Answer} answer
   */
  isRefused(answer) {
    if (![401, 403].includes(answer.status)) return false;
    this.isLocked = true;
    this.dispatchEvent(new Event('locked'));
    return true;
  }

  /**
   * @param {Item} item
   * @param {Answer} answer
   */
  async settle(item, answer) {
    // Another page has sent and erased it, and the server knows it by another name.
    const isGone = answer.status === 404 && (await this.outbox?.find(item.id)) === undefined && item.shot === undefined;
    if (!answer.isRows && !isGone) throw new Error(`the server answered ${answer.status}`);
    item.state = 'taken';
    item.rows = isGone ? '' : answer.text;
    item.shot = undefined;
    await this.outbox?.remove(item.id);
    this.look();
  }

  /**
   * @param {Item} item
   * @param {unknown} error
   */
  fail(item, error) {
    if (item.state === 'taken') return;
    console.info('a photo was not sent', error);
    item.state = 'unsent';
    const pause = Math.min(PAUSE.most, PAUSE.least * 2 ** item.attempts);
    item.attempts += 1;
    setTimeout(() => this.retry(item), pause * (1 + Math.random() / 4));
  }

  /** Asks after the photos that are being read, the first two at a time, until none is left. */
  async look() {
    if (this.isLooking) return;
    this.isLooking = true;
    const since = Date.now();
    for (let pause = LOOK.least; Date.now() - since < LOOK_MAX; pause = Math.min(LOOK.most, pause * LOOK.growth)) {
      const reading = this.items.filter((item) => item.state === 'taken' && !item.isRead);
      if (reading.length === 0 || this.isLocked) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (document.hidden) continue;
      await Promise.all(reading.slice(0, AT_ONCE).map((item) => this.lookAt(item)));
      if (reading.some((item) => item.isRead)) pause = LOOK.least;
    }
    this.isLooking = false;
  }

  /** @param {Item} item */
  async lookAt(item) {
    const answer = await ask(`/photos/${item.name}/row?number=${item.number}`).catch(() => undefined);
    if (answer === undefined || this.isRefused(answer) || !answer.isRows || answer.text === item.rows) return;
    item.rows = answer.text;
    this.tell(item);
  }
}

/** @typedef {{ status: number, text: string, isRows: boolean }} Answer */

/** By this header the server knows that a script asks. */
const ASKED_BY = /** @type {const} */ (['x-requested-with', 'script']);

/**
 * Only our own rows count: something between here and the server may answer with a page of its own.
 * @param {number} status
 * @param {string} text
 * @returns {Answer}
 */
const answerOf = (status, text) => ({ status, text, isRows: /^\s*<li class="card photo /.test(text) });

/**
 * @param {string} path
 * @returns {Promise<Answer>}
 */
async function ask(path) {
  const response = await fetch(path, { headers: [[...ASKED_BY]], redirect: 'error' });
  return answerOf(response.status, await response.text());
}

/**
 * Sends a form; fails when nothing moves.
 * @param {string} path
 * @param {FormData} form
 * @param {(progress: number) => void} told how much is sent, up to 1
 * @returns {Promise<Answer>}
 */
function post(path, form, told) {
  const request = new XMLHttpRequest();
  let patience = setTimeout(() => request.abort(), PATIENCE);
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(patience);
      patience = setTimeout(() => request.abort(), PATIENCE);
      told(loaded / total);
    };
    request.onload = () => resolve(answerOf(request.status, request.responseText));
    request.onerror = request.onabort = () => reject(new Error('no signal'));
    request.onloadend = () => clearTimeout(patience);
    request.open('POST', path);
    request.setRequestHeader(...ASKED_BY);
    request.send(form);
  });
}
