// Shows the photos of a queue: as rows of a list, as a strip of small pictures in the camera, and in a few words how
// many are left. All words come from the page's templates.
import { DETAIL_HEIGHT, judgePhoto } from './advice.js';
import { Outbox } from './outbox.js';
import { Queue } from './queue.js';

/** @typedef {import('./queue.js').Item} Item */
/**
 * @typedef {object} Place where photos are shown beside the list
 * @property {HTMLElement} [strip] the strip of small pictures
 * @property {boolean} keepsTaken whether rows stay that the server has: where it does not list them itself
 */

/** Height of the small pictures, in pixels. */
const THUMBNAIL = 226;

/**
 * The first element that a selector finds, which the page is made with.
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 */
export function part(parent, selector) {
  const found = parent.querySelector(selector);
  if (found === null) throw new Error(`there is no ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * What a template holds, with values in the place of their names: {count}.
 * @param {HTMLTemplateElement} template
 * @param {Record<string, string | number>} values
 */
export function filled(template, values = {}) {
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = /** @type {Text} */ (texts.currentNode);
    text.data = text.data.replace(/\{([a-z]+)\}/g, (whole, name) => String(values[name] ?? whole));
  }
  return copy;
}

/**
 * When something was in Japan, as people here say it: the time, before today with its day.
 * @param {number} moment
 * @param {string | undefined} hours `h11` or `h12`
 */
function said(moment, hours) {
  /** @param {Intl.DateTimeFormatOptions} how */
  const format = (how, at = moment) => new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: 'Asia/Tokyo', ...how }).format(at);
  const isToday = format({ dateStyle: 'short' }) === format({ dateStyle: 'short' }, Date.now());
  const day = isToday ? '' : `${format({ month: 'numeric', day: 'numeric', weekday: 'short' })} `;
  const hourCycle = /** @type {'h11' | 'h12'} */ (hours);
  return day + format({ hour: 'numeric', minute: '2-digit', hourCycle });
}

/**
 * What the browser sees of a photo: the address of a small picture, and what to say of it. Nothing where it cannot show it.
 * @param {Blob} picture
 */
async function lookAt(picture) {
  if (!picture.type.startsWith('image/')) return undefined;
  try {
    const bitmap = await createImageBitmap(picture, { resizeHeight: DETAIL_HEIGHT, resizeQuality: 'medium' });
    const height = THUMBNAIL;
    const width = Math.round((bitmap.width * height) / bitmap.height);
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width, height);
    const advice = judgePhoto(bitmap);
    bitmap.close();
    /** @type {Blob | null} */
    const small = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
    return small === null ? undefined : { small: URL.createObjectURL(small), advice };
  } catch {
    return undefined;
  }
}

/** What the page shows of one photo. @typedef {{ rows: HTMLElement[], shot?: HTMLElement, picture?: string, advice?: string }} Shown */

/**
 * The queue of this page, with what was left in it.
 * @param {Place} place
 */
export async function openQueue(place) {
  const section = part(document, '#queue');
  const { csrf = '', owner = '' } = section.dataset;
  const outbox = await Outbox.open(owner).catch((error) => {
    console.warn('photos cannot be kept', error);
    return undefined;
  });
  const queue = new Queue(outbox, { csrf, owner });
  new Rows(queue, section, place);
  await queue.resume();
  return queue;
}

class Rows {
  /**
   * @param {Queue} queue
   * @param {HTMLElement} section the part of the page from parts/queue.html
   * @param {Place} place
   */
  constructor(queue, section, { strip, keepsTaken }) {
    this.queue = queue;
    this.section = section;
    this.list = part(section, '[data-rows]');
    this.strip = strip;
    this.keepsTaken = keepsTaken;
    /** @type {Map<Item, Shown>} */
    this.shown = new Map();
    queue.addEventListener('change', (event) => this.show(/** @type {CustomEvent<Item>} */ (event).detail));
    queue.addEventListener('locked', () => this.lock());
  }

  /** @param {Item} item */
  show(item) {
    if (this.queue.isLocked) return;
    const shown = this.shown.get(item) ?? this.begin(item);
    if (item.state === 'taken') this.showRows(item, shown);
    else this.showState(item, shown);
    this.showShort(shown);
    this.section.hidden = this.list.childElementCount === 0;
    this.tellLeft();
  }

  /**
   * Makes the row of a photo that the server does not have yet.
   * @param {Item} item
   * @returns {Shown}
   */
  begin(item) {
    const values = { number: item.number, time: said(item.takenAt, this.section.dataset.hours) };
    const row = part(filled(part(this.section, '[data-queued]'), values), 'li');
    row.querySelector('[data-again]')?.addEventListener('click', () => this.queue.retry(item));
    this.list.append(row);
    /** @type {Shown} */
    const shown = { rows: [row] };
    if (this.strip !== undefined) {
      shown.shot = document.createElement('li');
      this.strip.append(shown.shot);
    }
    this.shown.set(item, shown);
    this.addPicture(item, shown);
    return shown;
  }

  /**
   * @param {Item} item
   * @param {Shown} shown
   */
  async addPicture(item, shown) {
    const shot = item.shot ?? (await this.queue.outbox?.find(item.id).catch(() => undefined));
    const seen = shot && (await lookAt(shot.picture));
    if (seen === undefined || this.queue.isLocked) return;
    [shown.picture, shown.advice] = [seen.small, seen.advice];
    this.showPicture(item, shown);
    this.showAdvice(shown);
    this.showShort(shown);
  }

  /**
   * The browser's own small picture, until the server has one.
   * @param {Item} item
   * @param {Shown} shown
   */
  showPicture(item, { rows, picture }) {
    const empty = rows[0]?.querySelector('.no-picture');
    if (!empty || picture === undefined) return;
    empty.replaceWith(pictureAt(picture, part(rows[0], '.small').textContent ?? String(item.number)));
  }

  /** What could be better, until the server says it. @param {Shown} shown */
  showAdvice({ rows, advice }) {
    for (const line of rows[0]?.querySelectorAll('[data-seen]') ?? []) {
      line.toggleAttribute('hidden', line.getAttribute('data-seen') !== advice);
    }
  }

  /**
   * @param {Item} item
   * @param {Shown} shown
   */
  showState(item, { rows: [row] }) {
    for (const state of row.querySelectorAll('[data-state]')) {
      const isIt = state.getAttribute('data-state') === item.state;
      state.toggleAttribute('hidden', !isIt);
    }
    part(row, 'progress').setAttribute('value', String(item.progress));
  }

  /**
   * The server's rows in the place of ours. Where the focus was, it is again.
   * @param {Item} item
   * @param {Shown} shown
   */
  showRows(item, shown) {
    const rows = this.keepsTaken ? rowsOf(item.rows) : [];
    const hadFocus = shown.rows.some((row) => row.contains(document.activeElement));
    shown.rows[0]?.before(...rows);
    shown.rows.forEach((row) => row.remove());
    shown.rows = rows;
    this.showPicture(item, shown);
    if (hadFocus) rows[0]?.querySelector('a')?.focus();
    if (item.isRead) part(this.section, '[data-said]').textContent = rows.map(wordsOf).join(' ');
  }

  /** The same in the strip: the small picture, the sign and a short word. @param {Shown} shown */
  showShort({ rows, shot, picture }) {
    const how = rows.flatMap((row) => [...row.querySelectorAll('.how')]).find((one) => one.closest('[hidden]') === null);
    if (shot === undefined || how === undefined) return;
    const word = document.createElement('span');
    word.textContent = how.getAttribute('data-short');
    const sign = /** @type {Element} */ (how.firstElementChild?.cloneNode(true));
    sign.setAttribute('aria-hidden', 'true');
    const state = document.createElement('p');
    state.append(sign, word);
    shot.className = rows[0].className;
    shot.replaceChildren(pictureAt(picture ?? '', ''), state);
  }

  tellLeft() {
    const left = this.queue.left;
    const line = part(this.section, '[data-left]');
    const first = left[0];
    const words = first && filled(part(this.section, '[data-left-words]'), { count: left.length, since: said(first.takenAt, this.section.dataset.hours) });
    // Said again only when it has changed.
    if (words?.textContent !== line.textContent) line.replaceChildren(...(words ? [words] : []));
    line.hidden = !left.some((item) => item.state === 'unsent');
    part(this.section, '[data-unkept]').hidden = !left.some((item) => item.shot !== undefined && item.state === 'unsent');
  }

  /** Somebody else may be looking: nothing of the photos stays on the page. */
  lock() {
    for (const { rows, shot } of this.shown.values()) [...rows, shot].forEach((one) => one?.remove());
    this.shown.clear();
    this.section.hidden = false;
    part(this.section, '[data-left]').hidden = true;
    part(this.section, '[data-locked]').hidden = false;
  }
}

/** The words of a row's state. @param {HTMLElement} row */
const wordsOf = (row) => `${row.querySelector('.small')?.textContent ?? ''} ${row.querySelector('.how')?.textContent ?? ''}`.trim();

/**
 * The rows that the server sent.
 * @param {string} html
 */
function rowsOf(html) {
  const list = new DOMParser().parseFromString(`<ul>${html}</ul>`, 'text/html').body.firstElementChild;
  return /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]);
}

/**
 * @param {string} source
 * @param {string} words
 */
function pictureAt(source, words) {
  const picture = document.createElement('img');
  if (source !== '') picture.src = source;
  picture.alt = words;
  picture.width = 80;
  picture.height = 113;
  return picture;
}
