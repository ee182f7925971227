// The pile renews itself while photos are read, and sends what this browser still keeps. What the reader has ticked and
// where the focus is stays.
import { openQueue } from './rows.js';

/** How often the pile is looked at again, in milliseconds: each time a little later. */
const LOOK = { least: 700, most: 10_000, growth: 1.2 };
/** So long it is looked at by itself, in milliseconds. */
const LOOK_MAX = 10 * 60_000;

const isReading = () => document.querySelector('[data-pile=photos] .reading') !== null;

/**
 * Puts what the server shows into the page, part by part, where it differs.
 * @param {Document} fresh
 */
function renew(fresh) {
  for (const own of document.querySelectorAll('[data-pile]')) {
    const name = own.getAttribute('data-pile');
    const other = fresh.querySelector(`[data-pile="${name}"]`);
    if (other === null) continue;
    if (name === 'photos') renewPhotos(own, other);
    else if (own.innerHTML !== other.innerHTML) own.replaceChildren(...other.childNodes);
  }
}

/**
 * What stays the same is not moved: with it stay ticks and the focus.
 * @param {Element} own
 * @param {Element} fresh
 */
function renewPhotos(own, fresh) {
  const known = new Map([...own.children].map((row) => [row.getAttribute('data-photo'), row]));
  const rows = [...fresh.children].map((row) => {
    const before = known.get(row.getAttribute('data-photo'));
    if (before?.className === row.className && before.textContent === row.textContent) return before;
    if (before !== undefined) keepTick(before, row);
    return row;
  });
  const focused = [...own.children].find((row) => row.contains(document.activeElement));
  [...own.children].filter((row) => !rows.includes(row)).forEach((row) => row.remove());
  rows.forEach((row, at) => row === own.children[at] || own.insertBefore(row, own.children[at] ?? null));
  if (focused === undefined || own.contains(focused)) return;
  const again = rows.find((row) => row.getAttribute('data-photo') === focused.getAttribute('data-photo'));
  /** @type {HTMLElement | null | undefined} */ (again?.querySelector('a, [type=checkbox]'))?.focus();
}

/**
 * @param {Element} before
 * @param {Element} row
 */
function keepTick(before, row) {
  const [tick, fresh] = [before, row].map((one) => /** @type {HTMLInputElement | null} */ (one.querySelector('[type=checkbox]')));
  if (tick && fresh) fresh.checked = tick.checked;
}

/** What the server shows at this moment. */
async function look() {
  if (document.hidden) return;
  const response = await fetch('/photos', { redirect: 'error' }).catch(() => undefined);
  if (response?.ok) renew(new DOMParser().parseFromString(await response.text(), 'text/html'));
}

/** Renews the pile, and goes on while something is read. Who has waited too long may look again by hand. */
let isRenewing = false;
async function renewWhileReading() {
  if (isRenewing) return;
  isRenewing = true;
  const [since, again] = [Date.now(), document.getElementById('look-again')];
  if (again !== null) again.hidden = true;
  await look();
  for (let pause = LOOK.least; isReading() && Date.now() - since < LOOK_MAX; pause = Math.min(LOOK.most, pause * LOOK.growth)) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    await look();
  }
  if (again !== null) again.hidden = !isReading();
  isRenewing = false;
}

if (isReading()) renewWhileReading();
const queue = await openQueue({ keepsTaken: false });
queue.addEventListener('change', (event) => {
  const item = /** @type {CustomEvent<import('./queue.js').Item>} */ (event).detail;
  if (item.state === 'taken') renewWhileReading();
});
