// The doctor scans the case of someone whom the desk has just given a booklet, joins, reads, writes.
import { DESKTOP, Person } from '../person.mjs';
import { staffOf } from '../people.mjs';
import { say } from '../words.mjs';

export async function doctor({ browser, report, town, screenshots, left }) {
  const person = await Person.arrives(browser, report, { name: 'doctor', width: DESKTOP, url: town.url, screenshots });
  await scansAndSignsIn(person, town);
  if (left.notebook !== undefined) await joins(person, left.notebook);

  await person.goes(new URL(town.notebooks[0].case_url).pathname);
  const join = person.page.locator('[name=reason]');
  if ((await join.count()) > 0) {
    await person.chooses('reason');
    await person.presses('access-join-enter');
  }
  await person.sees(say('timeline-instructions'));
  await person.sees(say('timeline-medicines'));
  await person.sees(say('timeline-allergies'));
  await person.looksAt('notebook');

  const path = new URL(person.page.url()).pathname;
  await writesAMessage(person, path);
  await measures(person, path);
  await instructs(person, path);
  await corrects(person, path);
  await searches(person, path);
  await person.goes(`${path}/people`);
  await person.looksAt('people');
  await person.leaves();
}

async function scansAndSignsIn(person, town) {
  await person.goes(new URL(town.notebooks[0].case_url).pathname);
  await person.presses('scan-choice-supporter');
  await person.presses('scan-supporter-enter');
  await person.fills({ email: staffOf(town, 'doctor').email, password: 'not the password at all' });
  await person.presses('access-next');
  await person.sees(say('access-sign-in-wrong'));
  await person.looksAtRefusal('sign-in-wrong');
  await person.signsIn(staffOf(town, 'doctor'));
}

/** A GET shows who would be joined; only the button joins. */
async function joins(person, notebook) {
  await person.goes(notebook.codes[0]);
  await person.sees(say('access-join'));
  await person.sees(notebook.name);
  await person.looksAt('join');
  await person.chooses('reason');
  await person.presses('access-join-enter');
  await person.sees(notebook.name);
  await person.looksAt('notebook-empty');
}

async function writesAMessage(person, path) {
  await person.goes(`${path}/write`);
  await person.looksAt('write');
  await person.goes(`${path}/message`);
  await person.looksAt('message');
  await person.fills({ text: '夜の血圧の薬を朝に変えました。ふらつきがあれば教えてください。' });
  await person.chooses('audience', 'everyone');
  await person.presses('entry-save');
  await person.sees('夜の血圧の薬を朝に変えました。');
  await person.looksAt('message-saved');
}

async function measures(person, path) {
  await person.goes(`${path}/vitals`);
  await person.looksAt('vitals');
  await person.fills({ systolic: '128', diastolic: '76', pulse: '68', temperature: '63.5', oxygen: '97', weight: '48.2' });
  await person.presses('entry-save');
  await person.sees(say('entry-vitals-ask'));
  await person.looksAtRefusal('vitals-asked');
  await person.fills({ temperature: '36.5' });
  await person.presses('entry-vitals-fix');
  await person.goes(path);
  await person.sees('128');
  await person.looksAt('notebook-with-values');
}

async function instructs(person, path) {
  await person.goes(`${path}/instruction`);
  await person.looksAt('instruction');
  await person.fills({ text: '水分は一日1.2リットルまで' });
  await person.presses('entry-save');
  await person.goes(path);
  await person.sees('水分は一日1.2リットルまで');
}

/** What was looked for stands in no address; going back from what was found needs no sending again. */
async function searches(person, path) {
  await person.goes(path);
  await person.presses('timeline-search');
  await person.looksAt('search');
  await person.fills({ words: 'ﾌﾗﾂｷ' });
  await person.presses('timeline-search-do');
  await person.sees('ふらつきがあれば教えてください。');
  await person.looksAt('search-found');
  await person.follows(() => person.page.locator('article a.link').first().click());
  await person.follows(() => person.page.goBack());
  await person.sees('ふらつきがあれば教えてください。');
  await person.fills({ words: 'なにもない' });
  await person.presses('timeline-search-do');
  await person.sees(say('timeline-search-nothing'));
  await person.looksAt('search-nothing');
}

async function corrects(person, path) {
  await person.goes(path);
  const mine = person.page.locator('article', { hasText: '夜の血圧の薬を朝に変えました。' }).first();
  await person.follows(() => mine.locator('a.link').first().click());
  await person.looksAt('entry');
  await person.presses('entry-page-correct');
  await person.looksAt('correct');
  await person.fills({ text: '朝の血圧の薬を夜に変えました。ふらつきがあれば教えてください。' });
  await person.chooses('reason');
  await person.presses('entry-correct-save');
  await person.sees('朝の血圧の薬を夜に変えました。');
  await person.sees('夜の血圧の薬を朝に変えました。');
  await person.looksAt('entry-corrected');
}
