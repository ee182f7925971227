// A care manager photographs page after page with the camera of the page, in bad light, without signal, on a shared phone.
import { launchWithCamera } from '../browser.mjs';
import { PHONE, Person } from '../person.mjs';
import { staffOf } from '../people.mjs';
import { pagesOf, photograph, putBeforeCamera } from '../photograph.mjs';
import { say } from '../words.mjs';

/** How long reading a photo may take on a busy machine, in milliseconds. */
const READ = 60_000;
/** Pictures of the camera have 1200 × 1600 pixels. */
const CAMERA = { scale: 0.8 };

export async function camera({ browser, report, town, folder, screenshots }) {
  const [notebook] = town.notebooks;
  const sheets = pagesOf(notebook.booklet_pdf, folder).slice(2, 9);
  const file = `${folder}/camera.mjpeg`;
  putBeforeCamera(file, [await photograph(browser, sheets[0], CAMERA)]);
  const phone = await launchWithCamera(file);
  try {
    const options = { name: 'camera', width: PHONE, url: town.url, screenshots };
    const person = await Person.arrives(phone, report, options);
    person.sheets = await Promise.all(sheets.map((sheet) => photograph(browser, sheet, CAMERA)));
    person.file = file;
    await person.goes('/sign-in');
    await person.signsIn(staffOf(town, 'care manager'));
    await person.goes(new URL(notebook.cover_url).pathname);
    const path = `${new URL(person.page.url()).pathname}/photos/new`;
    const takes = (how) => photograph(browser, sheets[0], { ...CAMERA, ...how });
    await isAdvised(person, path, takes);
    await takesThree(person, notebook);
    await isWithoutSignal(person, path, notebook);
    await isJudgedFirst(person, path, await takes({ light: 0.2 }));
    await oneBadDoesNotBlock(person, browser, sheets);
    await pileRenewsItself(person, { report, options, path, browser, sheets });
    await isSharedWith(person, staffOf(town, 'doctor'), staffOf(town, 'care manager'), path);
    await person.leaves();
  } finally {
    await phone.close();
  }
}

const press = (person, key) => person.page.getByRole('button', { name: say(key) }).first().click();
const opens = (person) => press(person, 'capture-camera-open');
const closes = (person) => press(person, 'capture-camera-close');
const advice = (person, key) => person.page.locator('[data-advice]', { hasText: say(key) }).waitFor();
const rows = (person, state) => person.page.locator(`#queue .photo${state}`);

/** Waits until so many photos of the queue are in this state. */
async function waitFor(person, state, count) {
  await person.page.waitForFunction(
    ([selector, wanted]) => document.querySelectorAll(selector).length === wanted,
    [`#queue .photo${state}`, count],
    { timeout: READ },
  );
}

/** Presses the shutter once another picture is before the camera. */
async function shoots(person) {
  const seen = await person.page.waitForFunction((last) => {
    const video = document.querySelector('video');
    const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 32 });
    if (!video?.videoWidth) return false;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 32, 32);
    const seen = [...context.getImageData(0, 0, 32, 32).data];
    const moved = (last ?? []).reduce((sum, value, at) => sum + Math.abs(value - seen[at]), 0);
    return last === null || moved > 3000 ? seen : false;
  }, person.lastSeen ?? null);
  await person.page.locator('[data-shoot]').click();
  person.lastSeen = await seen.jsonValue();
}

/** The live picture is dark, then moves, then shines: one sentence each, and the shutter stays where it is. */
async function isAdvised(person, path, takes) {
  await person.goes(path);
  await person.page.getByRole('button', { name: say('capture-camera-open') }).waitFor();
  await person.looksAt('upload');
  const dark = [await takes({ light: 0.2 })];
  const shining = [await takes({ light: 0.7, shines: true })];
  const moving = await Promise.all([-8, 4, -4, 8, 0].map((turned) => takes({ turned })));
  for (const [what, pictures, frames] of [['dark', dark], ['glare', shining], ['moving', moving, 5]]) {
    putBeforeCamera(person.file, pictures, frames);
    await opens(person);
    await advice(person, `capture-camera-${what}`);
    person.check(`the shutter can be pressed: ${what}`, (await person.page.locator('[data-shoot]').isEnabled()) ? [] : ['it cannot']);
    if (what !== 'moving') await person.looksAt(what);
    await closes(person);
  }
}

async function takesThree(person, notebook) {
  putBeforeCamera(person.file, person.sheets.slice(0, 3));
  await opens(person);
  await advice(person, 'capture-camera-guide');
  await person.looksAt('guide');
  for (let shot = 0; shot < 3; shot += 1) await shoots(person);
  await person.sees(say('capture-camera-count', { count: 3 }));
  await waitFor(person, '.filed', 3);
  await person.looksAt('shots');
  await isTurned(person);
  await person.page.keyboard.press('Escape');
  await person.sees(say('capture-state-filed', { symbol: say(`web-symbol-${notebook.symbol}`) }));
  await person.looksAt('filed');
}

/** The phone is held sideways. */
async function isTurned(person) {
  await person.page.setViewportSize({ width: 740, height: 340 });
  await person.page.screenshot({ path: `${person.options.screenshots}/camera-turned.png` });
  const shutter = await person.page.locator('[data-shoot]').boundingBox();
  person.check('the shutter is in reach on a phone held sideways', shutter.y + shutter.height <= 340 ? [] : [JSON.stringify(shutter)]);
}

async function isWithoutSignal(person, path, notebook) {
  putBeforeCamera(person.file, [person.sheets[3]]);
  await opens(person);
  await person.context.setOffline(true);
  await shoots(person);
  await closes(person);
  await person.page.getByText(say('capture-queue-unsent'), { exact: true }).waitFor();
  await person.looksAt('without-signal');
  await person.page.reload().catch(() => {}); // there is nothing to load it from
  await person.context.setOffline(false);
  await person.context.route('**/photos?*', (route) => route.abort());
  await person.goes(path);
  await person.page.getByText(say('capture-queue-unsent'), { exact: true }).waitFor();
  await person.looksAt('left');
  await person.context.unroute('**/photos?*');
  await press(person, 'capture-queue-again');
  await waitFor(person, '.filed', 1);
  await isKept(person, 0);
  await person.goes('/photos');
  const filed = person.page.locator('[data-pile=photos] .filed', { hasText: say('capture-state-filed', { symbol: say(`web-symbol-${notebook.symbol}`) }) });
  person.sent = await filed.count();
  await person.goes(path);
  await person.goes('/photos');
  person.check('nothing is sent twice', (await filed.count()) === person.sent ? [] : [`${person.sent} became ${await filed.count()}`]);
}

/** So many photos wait in the browser, of whomever, and nothing of them can be read there. */
async function isKept(person, count) {
  const kept = await person.page.evaluate(async () => {
    const open = indexedDB.open('outbox');
    await new Promise((resolve) => (open.onsuccess = resolve));
    const all = open.result.transaction('shots').objectStore('shots').getAll();
    await new Promise((resolve) => (all.onsuccess = resolve));
    open.result.close();
    return all.result.map(({ sealed }) => Array.from(new Uint8Array(sealed, 0, 200), (byte) => String.fromCharCode(byte)).join(''));
  });
  person.check(`${count} photos wait in the browser`, kept.length === count ? [] : [`${kept.length} do`]);
  person.check('what waits is sealed', kept.filter((text) => /JFIF|image\/jpeg|Exif/.test(text)));
}

/** Of photos that were chosen, the dark one is said to be dark before it is sent. */
async function isJudgedFirst(person, path, dark) {
  await person.context.route('**/photos?*', (route) => route.abort());
  await person.goes(path);
  const files = [dark, person.sheets[0]].map((buffer, at) => ({ name: `${at}.jpg`, mimeType: 'image/jpeg', buffer }));
  await person.page.locator('#photos').setInputFiles(files);
  await rows(person, ' [data-seen=dark]:not([hidden])').first().waitFor();
  await person.page.getByText(say('capture-queue-unsent'), { exact: true }).nth(1).waitFor();
  const said = await rows(person, ' [data-seen]:not([hidden])').count();
  person.check('the dark photo alone has advice before it is sent', said === 1 ? [] : [`${said} have`]);
  await person.looksAt('judged-first');
  await person.context.unroute('**/photos?*');
  await press(person, 'capture-queue-again');
  await press(person, 'capture-queue-again');
  await person.page.waitForFunction(() => document.querySelector('#queue [data-again], #queue .photo.reading') === null, null, { timeout: READ });
  await isKept(person, 0);
  await person.goes('/photos');
}

async function oneBadDoesNotBlock(person, browser, sheets) {
  await person.page.getByRole('link', { name: say('capture-pile-more') }).click();
  await person.page.getByRole('button', { name: say('capture-camera-open') }).waitFor();
  const jpeg = (name, buffer) => ({ name, mimeType: 'image/jpeg', buffer });
  const blurred = await photograph(browser, sheets[4], { scale: 0.05 });
  const files = [
    jpeg('words.jpg', Buffer.from('this is no picture')),
    jpeg('cut-off.jpg', person.sheets[4].subarray(0, 30)),
    jpeg('tiny.jpg', blurred),
    jpeg('good.jpg', person.sheets[4]),
  ];
  await person.page.locator('#photos').setInputFiles(files);
  await waitFor(person, '.filed', 1);
  await waitFor(person, '.refused', 1);
  await waitFor(person, '.unreadable', 1);
  await person.page.getByRole('link', { name: say('capture-retake') }).first().waitFor();
  person.complaints = person.complaints.filter((complaint) => !complaint.startsWith('422 ')); // the one that is no picture
  await person.looksAt('one-bad');
  await isKept(person, 0);
}

/** Photos that somebody sends without scripts are read while the pile is looked at. */
async function pileRenewsItself(person, { report, options, path, browser, sheets }) {
  const plain = await Person.arrives(person.context.browser(), report, { ...options, name: 'camera-plain', scripts: false });
  await plain.context.addCookies(await person.context.cookies());
  await plain.goes(path);
  await plain.looksAt('upload');
  const turned = [-1, 0, 1, 3, 4, 5].map((turned) => photograph(browser, sheets[5], { turned }));
  const files = (await Promise.all(turned)).map((buffer, at) => ({ name: `${at}.jpg`, mimeType: 'image/jpeg', buffer }));
  await plain.page.locator('#photos').setInputFiles(files);
  const sent = plain.presses('capture-upload-send');
  let reading = 0;
  for (let look = 0; look < 60 && reading === 0; look += 1) {
    await person.goes('/photos');
    reading = await person.page.locator('[data-pile=photos] .reading').count();
  }
  person.check('photos are being read', reading > 0 ? [] : ['all are read']);
  const tick = person.page.locator('[data-pile=photos] [type=checkbox]').first();
  await tick.focus();
  await tick.uncheck();
  await sent;
  await person.page.waitForFunction(() => document.querySelector('.photo.reading') === null, null, { timeout: READ });
  person.check('a tick stays as it was set', (await tick.isChecked()) ? ['it is set again'] : []);
  const isFocused = await tick.evaluate((element) => element === document.activeElement);
  person.check('the focus stays', isFocused ? [] : ['it is elsewhere']);
  await person.looksAt('pile-read');
  await plain.goes('/photos');
  await plain.looksAt('pile');
  await plain.leaves();
}

/** A photo that was not sent is neither seen nor sent by the next person on the same phone. */
async function isSharedWith(person, next, owner, path) {
  await person.goes('/photos');
  const before = await person.page.locator('[data-pile=photos] .photo').count();
  putBeforeCamera(person.file, [person.sheets[6]]);
  await person.goes(path);
  await person.context.route('**/photos?*', (route) => route.abort());
  await opens(person);
  await shoots(person);
  await closes(person);
  await person.page.getByText(say('capture-queue-unsent'), { exact: true }).waitFor();
  const first = person.page;
  person.page = await person.context.newPage();
  await signsInInstead(person, next);
  await person.context.unroute('**/photos?*');
  await person.goes('/photos/new');
  await person.page.getByRole('button', { name: say('capture-camera-open') }).waitFor();
  const forgive = () => (person.complaints = person.complaints.filter((complaint) => !complaint.startsWith('401 ')));
  person.check('the next person sees nothing of it', (await rows(person, '').count()) === 0 ? [] : ['a row is there']);
  await first.evaluate(() => dispatchEvent(new Event('online'))); // the page that was left open tries again
  await first.getByText(say('capture-queue-locked')).waitFor();
  forgive();
  await person.looksAt('next-person');
  await isKept(person, 1);

  const second = person.page;
  person.page = first;
  await first.bringToFront();
  person.check('nothing of it stays on the page', (await rows(person, '').count()) === 0 ? [] : ['a row is there']);
  await person.looksAt('locked');
  await first.close();
  person.page = second;
  await signsInInstead(person, owner); // and what was left is sent from the first page they see
  await person.page.locator('#queue .filed').waitFor({ timeout: READ });
  await person.looksAt('sent-from-home');
  await isKept(person, 0);
  await person.goes('/photos');
  const after = await person.page.locator('[data-pile=photos] .photo').count();
  person.check('it is sent once', after === before + 1 ? [] : [`${before} became ${after}`]);
}

async function signsInInstead(person, staff) {
  await person.goes('/');
  await person.presses('web-sign-out');
  await person.goes('/sign-in');
  await person.signsIn(staff);
}
