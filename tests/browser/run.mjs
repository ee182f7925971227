// Walks through the demonstration town in a browser as each of its people, and checks every view it meets.
//
//   node tests/browser/run.mjs PROGRAM [WALK…]     walks: finder desk doctor care-manager camera family
//
// Pictures of every view are kept in tests/browser/screenshots, to be looked at.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { launch } from './browser.mjs';
import { Report } from './report.mjs';
import { startTown } from './server.mjs';
import { camera } from './walks/camera.mjs';
import { careManager } from './walks/care-manager.mjs';
import { desk } from './walks/desk.mjs';
import { doctor } from './walks/doctor.mjs';
import { family } from './walks/family.mjs';
import { finder } from './walks/finder.mjs';

const walks = { finder, desk, doctor, 'care-manager': careManager, camera, family };

const [program, ...asked] = process.argv.slice(2);
if (program === undefined) {
  console.error('usage: node tests/browser/run.mjs PROGRAM [WALK…]');
  process.exit(2);
}

const screenshots = fileURLToPath(new URL('screenshots', import.meta.url));
rmSync(screenshots, { recursive: true, force: true });
mkdirSync(screenshots);

const report = new Report();
const { town, folder, stop } = await startTown(program);
const browser = await launch();
/** What walks leave for later walks: the booklet that the desk issued. */
const left = {};
try {
  for (const [name, walk] of Object.entries(walks).filter(([name]) => asked.length === 0 || asked.includes(name))) {
    console.log(`-- ${name}`);
    await walk({ browser, report, town, folder, screenshots, left }).then(
      () => report.check(`${name}: walks to the end`, []),
      (error) => report.check(`${name}: walks to the end`, String(error.stack).split('\n').slice(0, 12)),
    );
    for (const context of browser.contexts()) {
      const page = context.pages().at(-1);
      await page?.screenshot({ path: `${screenshots}/stopped-${name}.png`, fullPage: true }).catch(() => {});
      await context.close();
    }
  }
} finally {
  await browser.close();
  await stop();
}
process.exitCode = report.close() ? 0 : 1;
