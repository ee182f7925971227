// The desk hands out a booklet: a blank one from the shelf, the person's name, the signed form, the prints.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { DESKTOP, Person } from '../person.mjs';
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
  await registers(person);
  left.notebook = await takesThePrints(person, folder);

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
  const done = say('desk-run-done');
  for (let tries = 0; tries < 60 && !(await person.page.content()).includes(done); tries += 1) {
    await person.page.waitForTimeout(1000);
  }
  await person.goes(new URL(person.page.url()).pathname);
  await person.sees(done);
  await person.looksAt('run');
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
  return { name: '津久井 さくら', codes: carriers };
}
