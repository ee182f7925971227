// The desk hands out a booklet: a blank one from the shelf, the person's name, the signed form, the prints.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { DESKTOP, PHONE, Person } from '../person.mjs';
import { codesIn } from '../photograph.mjs';
import { staffOf } from '../people.mjs';
import { say } from '../words.mjs';

export async function desk({ browser, report, town, folder, screenshots, left }) {
  const person = await Person.arrives(browser, report, { name: 'desk', width: DESKTOP, url: town.url, screenshots });
  await person.goes('/sign-in');
  await person.looksAt('sign-in');
  await person.signsIn(staffOf(town, 'desk'));
  await person.goes('/desk');
  await person.looksAt('home');

  await makesBlankBooklets(person);
  await makesAPad(person, folder);
  await registers(person);
  left.notebook = await takesThePrints(person, folder);
  await handsACopyOver(person, path(left));
  const sheet = await printsTheEmergencySheet(person, path(left), folder);
  await aCrewReads(browser, report, { town, screenshots }, sheet);

  await person.presses('web-sign-out');
  await person.sees(say('access-signed-out'));
  await person.looksAt('signed-out');
  await person.leaves();
}

async function makesBlankBooklets(person) {
  await person.goes('/desk/booklets');
  await person.looksAt('booklets');
  await person.fills({ count: '3', name: '窓口の棚 一段目' });
  await person.presses('desk-booklets-press');
  await person.sees('窓口の棚 一段目');
  await person.looksAt('ledger');
  await person.chooses('product', 'covers');
  await person.presses('desk-ledger-start');
  await waitsForTheRun(person);
  await person.looksAt('run');
}

const path = (left) => left.notebook.path;

/** The path of the code on the first page of a PDF. */
function codeOn(pdf, folder, name) {
  writeFileSync(`${folder}/${name}.pdf`, pdf);
  execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', `${folder}/${name}.pdf`, `${folder}/${name}`]);
  return codesIn(`${folder}/${name}.png`).map((code) => new URL(code).pathname)[0];
}

/** Waits for a run to be printed; the page is the run's. */
async function waitsForTheRun(person) {
  const done = say('desk-run-done');
  for (let tries = 0; tries < 60 && !(await person.page.content()).includes(done); tries += 1) {
    await person.page.waitForTimeout(1000);
  }
  await person.goes(new URL(person.page.url()).pathname);
  await person.sees(done);
}

/** Loose sheets: printed, opened in the ledger, scanned and found by their number while they are nobody's. */
async function makesAPad(person, folder) {
  await person.goes('/desk/pads');
  await person.looksAt('pads');
  await person.fills({ design: 'blood-pressure', count: '2' });
  await person.presses('desk-pads-press');
  await waitsForTheRun(person);
  const file = await person.page.locator('a[href*="/files/0"]').getAttribute('href');
  const pdf = await person.context.request.get(new URL(file, person.options.url).href);
  const code = codeOn(await pdf.body(), folder, 'pad');
  person.check('a loose sheet bears a code', code ? [] : ['none']);
  await person.goes('/desk/pads');
  await person.presses('desk-ledger-run-open');
  await person.looksAt('pad');
  await person.goes(code);
  await person.sees(say('scan-unbound'));
  await person.looksAt('loose-sheet-scanned');
}

/** Somebody asks for a copy of what is kept: taken in, looked through, handed over. */
async function handsACopyOver(person, path) {
  await person.goes(`${path}/disclosures`);
  await person.looksAt('disclosures');
  await person.fills({ name: '津久井 さくら', checked: '運転免許証' });
  await person.presses('desk-disclosure-add');
  await person.looksAt('disclosure');
  await person.presses('desk-disclosure-finish');
  await person.sees(say('desk-disclosure-reviewed'));
  await person.looksAt('disclosure-reviewed');
}

async function printsTheEmergencySheet(person, path, folder) {
  await person.goes(path);
  const csrf = await person.page.locator('[name=csrf]').first().inputValue();
  const address = new URL(`${path}/sheets`, person.options.url).href;
  const form = { csrf, emergency: '1', format: 'a5' };
  const answer = await person.context.request.post(address, { form, headers: { origin: new URL(address).origin } });
  person.check('the emergency sheet is a file', answer.headers()['content-type'] === 'application/pdf' ? [] : [`${answer.status()}`]);
  return codeOn(await answer.body(), folder, 'emergency');
}

/** An ambulance crew scans the sheet on the refrigerator. */
async function aCrewReads(browser, report, { town, screenshots }, sheet) {
  const crew = await Person.arrives(browser, report, { name: 'crew', width: PHONE, url: town.url, screenshots });
  await crew.goes(sheet);
  await crew.looksAt('scan');
  await crew.presses('scan-choice-emergency');
  await crew.looksAt('why');
  await crew.chooses('purpose', 'crew');
  await crew.presses('scan-emergency-read');
  await crew.sees(say('scan-emergency-told'));
  await crew.looksAt('emergency');
  await crew.leaves();
}

async function registers(person) {
  await person.goes('/desk/register');
  await person.looksAt('shelf');
  await person.follows(() => person.page.locator('a[href^="/desk/register/"]').first().click());
  await person.looksAt('register');
  const form = await person.page.screenshot({ type: 'jpeg' });
  await person.fills({
    reading: 'つくい さくら', name: '津久井 さくら', era: 'showa', year: '15', month: '4', day: '3',
    relative: '津久井 一郎', relationship: '長男', telephone: '042-000-0001', explained: '中央包括 山田',
  });
  for (const box of await person.page.locator('label:has(input[type=checkbox])').all()) await box.click();
  await person.chooses('signer');
  await person.page.locator('[name=form-photo]').setInputFiles({ name: 'form.jpg', mimeType: 'image/jpeg', buffer: form });
  await person.looksAt('register-filled');
  await person.presses('desk-register-make');
  await person.sees(say('desk-done'));
  await person.sees('津久井 さくら');
  await person.looksAt('done');
}

/** Downloads every print and reads its codes; returns the addresses of the new booklet's cover and case. */
async function takesThePrints(person, folder) {
  await person.presses('desk-done-print');
  await person.looksAt('print');
  const path = new URL(person.page.url()).pathname;
  await person.goes(`${path}/replace?kind=case`);
  await person.looksAt('replace');
  await person.goes('/desk/printers');
  await person.looksAt('printers');
  await person.goes(path);
  const links = await person.page.locator('.files a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  person.check('has prints', links.length > 0 ? [] : ['no file']);
  const codes = [];
  for (const [index, link] of links.entries()) {
    const answer = await person.context.request.get(new URL(link, person.options.url).href);
    const kind = answer.headers()['content-type'];
    person.check(`${link} is a file`, /^(application\/pdf|image\/jpeg)$/.test(kind) ? [] : [`${answer.status()} ${kind}`]);
    if (kind !== 'application/pdf') continue; // the photo of the form
    const pdf = `${folder}/print-${index}.pdf`;
    writeFileSync(pdf, await answer.body());
    execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, `${folder}/print-${index}`]);
    codes.push(...codesIn(`${folder}/print-${index}.png`));
  }
  const carriers = codes.map((code) => new URL(code).pathname).filter((path) => /^\/Q\/[0-9A-Z]{28}$/.test(path));
  person.check('the prints bear codes of carriers', carriers.length > 0 ? [] : codes);
  return { name: '津久井 さくら', codes: carriers, path };
}
