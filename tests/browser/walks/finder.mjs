// Someone who found a booklet, and someone who meets a lost old lady. Neither learns a name.
import { PHONE, Person } from '../person.mjs';
import { say } from '../words.mjs';

export async function finder({ browser, report, town, screenshots }) {
  const [notebook] = town.notebooks;
  const names = town.notebooks.flatMap((one) => [one.name, ...one.name.split(' ').filter((part) => part.length > 1)]);
  const person = await Person.arrives(browser, report, { name: 'finder', width: PHONE, url: town.url, screenshots });

  await person.goes('/');
  await person.looksAt('welcome');
  for (const code of [notebook.cover_url, notebook.case_url, notebook.cover_url.toUpperCase()]) {
    const token = new URL(code).pathname.split('/').pop();
    await person.goes(new URL(code).pathname);
    await person.neverSees([...names, token, notebook.number]);
    person.check('the code is gone from the address', person.page.url().includes(token) ? [person.page.url()] : []);
  }
  for (const way of ['found', 'lost', 'family', 'supporter']) await person.sees(say(`scan-choice-${way}`));
  await person.looksAt('neutral');

  await person.presses('scan-choice-found');
  await person.looksAt('found');
  await person.chooses('place');
  await person.chooses('thing');
  await person.presses('scan-found-send');
  await person.sees(say('scan-sent'));
  await person.neverSees(names);
  await person.looksAt('found-sent');

  await person.goes('/scan/lost');
  await person.looksAt('lost');
  await person.neverSees(names);
  await person.chooses('situation');
  await person.presses('scan-lost-send');
  await person.sees(say('scan-sent'));

  for (const way of ['family', 'supporter']) {
    await person.goes(`/scan/${way}`);
    await person.looksAt(way);
  }
  await person.goes('/Q/0000000000000000000000000000');
  await person.sees(say('scan-unknown'));
  await person.looksAtRefusal('unknown-code');
  await person.goes('/about');
  await person.looksAt('about');
  await person.goes('/no-such-page');
  await person.looksAtRefusal('not-found');
  await looksAtEveryDisplay(person);
  await person.leaves();
}

/** The three languages and the largest letters, chosen by the form. */
async function looksAtEveryDisplay(person) {
  await person.goes('/display');
  await person.looksAt('display');
  for (const language of ['en', 'ja-yasashi', 'ja']) {
    await person.goes('/display');
    await person.chooses('language', language);
    await person.chooses('size', language === 'ja' ? 'normal' : 'huge');
    await person.follows(() => person.page.locator('main button').click());
    await person.goes('/scan');
    await person.looksAt(`neutral-${language}`);
  }
}
