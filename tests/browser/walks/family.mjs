// A daughter far away registers her phone with the slip, reads in the evening, answers, looks who has read it.
import { PHONE, Person } from '../person.mjs';
import { say } from '../words.mjs';

const PIN = '270914';

export async function family({ browser, report, town, screenshots }) {
  const [notebook] = town.notebooks;
  const others = town.notebooks.slice(1).map((one) => one.name);
  const person = await Person.arrives(browser, report, { name: 'family', width: PHONE, url: town.url, screenshots });
  await registers(person, notebook);

  await person.goes(new URL(notebook.cover_url).pathname);
  await person.sees(notebook.name);
  await person.neverSees(others);
  await person.looksAt('notebook');
  const path = new URL(person.page.url()).pathname;

  await person.goes(`${path}/message`);
  await person.fills({ text: '日曜の午後に電話します。' });
  await person.chooses('audience', 'everyone');
  await person.presses('entry-save');
  await person.sees('日曜の午後に電話します。');
  await person.goes(`${path}/paper`);
  await person.looksAt('paper');
  await person.goes(`${path}/people`);
  await person.looksAt('people');
  await person.goes(`${path}/diary`);
  await person.sees(say('audit-diary'));
  await person.looksAt('diary');

  await person.presses('web-sign-out');
  await unlocks(person, path, notebook);
  await readsWithoutScripts(person, { browser, report, town, screenshots }, path);
  await person.leaves();
}

async function registers(person, notebook) {
  await person.goes(new URL(notebook.family_url).pathname);
  await person.looksAt('slip');
  await person.fills({ digits: notebook.family_digits, pin: '111111', 'pin-again': '111111' });
  await person.presses('access-slip-save');
  await person.sees(say('access-pin-weak'));
  await person.looksAtRefusal('slip-weak');
  await person.fills({ digits: notebook.family_digits, pin: PIN, 'pin-again': PIN });
  await person.presses('access-slip-save');
  await person.looksAt('registered');
  const slip = await Person.arrives(person.context.browser(), person.report, { ...person.options, name: 'family-again' });
  await slip.goes(new URL(notebook.family_url).pathname);
  await slip.sees(say('access-slip-used'));
  await slip.looksAtRefusal('slip-used');
  await slip.leaves();
}

async function unlocks(person, path, notebook) {
  await person.goes(path);
  await person.goes('/family');
  await person.looksAt('unlock');
  await person.fills({ pin: '909090' });
  await person.presses('access-unlock-enter');
  await person.looksAtRefusal('unlock-wrong');
  await person.fills({ pin: PIN });
  await person.presses('access-unlock-enter');
  await person.goes(path);
  await person.sees(notebook.name);
}

/** The same browser with scripts switched off. */
async function readsWithoutScripts(person, { browser, report, town, screenshots }, path) {
  const plain = await Person.arrives(browser, report, { name: 'family-plain', width: PHONE, url: town.url, screenshots, scripts: false });
  await plain.context.addCookies(await person.context.cookies());
  await plain.goes(path);
  await plain.looksAt('notebook');
  await plain.leaves();
}
