// The care manager photographs the pages at the home; each files itself, and what cannot asks for one tap.
import { PHONE, Person } from '../person.mjs';
import { staffOf } from '../people.mjs';
import { pagesOf, photograph } from '../photograph.mjs';
import { say } from '../words.mjs';

/** How long reading a photo may take on a busy machine, in milliseconds. */
const READ = 60_000;

export async function careManager({ browser, report, town, folder, screenshots }) {
  const [notebook] = town.notebooks;
  const person = await Person.arrives(browser, report, { name: 'care-manager', width: PHONE, url: town.url, screenshots });
  await person.goes('/sign-in');
  await person.signsIn(staffOf(town, 'care manager'));
  await person.goes('/');
  await person.looksAt('home');
  await person.goes(new URL(notebook.cover_url).pathname);
  await person.sees(notebook.name);
  const path = new URL(person.page.url()).pathname;

  await person.goes(`${path}/photos/new`);
  await person.looksAt('upload');
  const sheets = pagesOf(notebook.booklet_pdf, folder).slice(2, 4);
  const photos = await Promise.all(sheets.map((sheet) => photograph(browser, sheet)));
  const table = await person.page.screenshot({ type: 'jpeg' });
  await sends(person, [...photos, table]);
  await person.sees(say('capture-state-filed', { symbol: say(`web-symbol-${notebook.symbol}`) }));
  await person.looksAt('pile');

  await person.presses('capture-answer');
  await person.looksAt('confirm');
  await person.follows(() => person.page.locator('button.candidate').first().click());
  await person.looksAt('confirmed');
  await tellsThePage(person, path, await photograph(browser, pagesOf(notebook.booklet_pdf, folder).at(12), { covers: true }));
  await sendsToTheFamily(person);
  await isRefused(person, path);

  await person.goes(path);
  await person.sees(say('timeline-written-unknown'));
  await person.looksAt('notebook');
  await person.follows(() => person.page.locator('.strip a.link').first().click());
  await person.looksAt('photo');
  await keepsFromTheFamily(person);
  await person.goes(`${path}/sheets`);
  await person.looksAt('coverage');
  await takesToTheDoctor(person, path);
  await person.leaves();
}

async function sends(person, photos) {
  const files = photos.map((buffer, index) => ({ name: `${index + 1}.jpg`, mimeType: 'image/jpeg', buffer }));
  await person.page.locator('#photos').setInputFiles(files);
  await person.page.locator('#queue .filed, #queue .waiting').nth(photos.length - 1).waitFor({ timeout: READ });
  await person.presses('capture-queue-pile');
}

/** A page whose code is covered: filed by a tap, its number told; then it was another's, and goes into no notebook. */
async function tellsThePage(person, path, covered) {
  await person.goes(`${path}/photos/new`);
  await sends(person, [covered]);
  await person.presses('capture-answer');
  await person.looksAt('covered');
  await person.follows(() => person.page.locator('button.candidate').first().click());
  await person.looksAt('which-page');
  await person.page.locator('#number').fill('1');
  await person.presses('capture-page-save');
  await person.looksAt('wrong-page');
  const [, last] = /(\d+)\D*$/.exec((await person.page.locator('#number-hint').textContent()) ?? '') ?? [];
  await person.page.locator('#number').fill(last);
  await person.presses('capture-page-save');
  await person.sees(say('capture-page-told'));
  await person.looksAt('told-page');
  await person.presses('capture-photo-wrong');
  await person.presses('capture-confirm-aside');
  await person.looksAt('aside');
}

async function sendsToTheFamily(person) {
  await person.goes('/photos');
  if ((await person.page.getByRole('button', { name: say('capture-audience-send') }).count()) > 0) {
    await person.presses('capture-audience-send');
  }
}

/** A part of the photo that is open: chosen, saved, and seen as the family sees it. */
async function keepsFromTheFamily(person) {
  await person.follows(() => person.page.locator('a[href$="/redaction"]').click());
  await person.page.locator('.sheet-band input').nth(2).check();
  await person.looksAt('redaction');
  await person.presses('capture-redaction-save');
  await person.looksAt('redacted');
  const picture = await person.page.locator('a[href$="/redaction"]').getAttribute('href');
  const seen = await person.context.request.get(new URL(picture.replace('redaction', 'redacted.jpg'), person.options.url).href);
  person.check('there is a picture for the family', seen.ok() ? [] : [`${seen.status()}`]);
}

async function isRefused(person, path) {
  await person.goes(`${path}/photos/new`);
  const words = { name: 'words.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('this is no picture') };
  await person.page.locator('#photos').setInputFiles([words]);
  await person.page.locator('#queue .refused').waitFor();
  person.complaints = person.complaints.filter((complaint) => !complaint.startsWith('422 '));
  await person.looksAt('refused');
}

/** What the team puts on paper: for a doctor, a ward, the next booklet, an emergency. */
async function takesToTheDoctor(person, path) {
  await person.goes(`${path}/paper`);
  await person.looksAt('paper');
  const csrf = await person.page.locator('[name=csrf]').first().inputValue();
  const at = (file) => new URL(`${path}/paper/${file}`, person.options.url);
  const headers = { origin: at('').origin };
  const isFile = (file, answer) => {
    const kind = answer.headers()['content-type'];
    person.check(`${file} is a file`, kind === 'application/pdf' ? [] : [`${answer.status()} ${kind}`]);
  };
  for (const file of ['vitals.pdf?days=28', 'hand-out.pdf']) isFile(file, await person.context.request.get(at(file).href));
  const volume = await person.context.request.post(at('booklet').href, { form: { csrf, volume: '2' }, headers });
  isFile('the second volume', volume);
  isFile('the emergency sheet', await person.context.request.post(at('emergency').href, { form: { csrf }, headers }));
}
