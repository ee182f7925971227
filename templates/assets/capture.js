// The page where photos are taken or chosen: everything goes into one queue, from the page's own camera and from files.
import { Camera } from './camera.js';
import { openQueue, part } from './rows.js';

/** @typedef {import('./queue.js').Queue} Queue */

/** Files that are chosen are sent at once: nothing is left to press. @param {Queue} queue */
function takeFiles(queue) {
  for (const input of document.querySelectorAll('#upload input[type=file]')) {
    const files = /** @type {HTMLInputElement} */ (input);
    const take = () => {
      for (const file of files.files ?? []) queue.add(file, visit);
      files.value = '';
    };
    files.addEventListener('change', take);
    take();
  }
  part(document, '#send').hidden = true;
  part(document, '#upload').classList.add('instant');
}

/** @param {Queue} queue */
async function offerCamera(queue) {
  const dialog = /** @type {HTMLDialogElement} */ (part(document, '#page-camera'));
  const camera = new Camera(dialog, (picture) => queue.add(picture, visit));
  if (!(await Camera.isThere())) return;
  const button = part(document, '#open-camera');
  button.hidden = false;
  button.addEventListener('click', () => camera.open());
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element) || event.target.closest('[data-retake]') === null) return;
    event.preventDefault();
    camera.open();
  });
}

/** The visit in which the page was opened. */
const { visit = '' } = part(document, '#queue').dataset;
const queue = await openQueue({ strip: part(document, '[data-shots]'), keepsTaken: true });
queue.addEventListener('change', () => {
  part(document, '#to-pile').hidden &&= !queue.items.some((item) => item.state === 'taken');
});
queue.addEventListener('locked', () => {
  part(document, '#ways').hidden = true;
  /** @type {HTMLDialogElement} */ (part(document, '#page-camera')).close();
});
addEventListener('beforeunload', (event) => {
  if (queue.left.some((item) => item.shot !== undefined)) event.preventDefault();
});
takeFiles(queue);
await offerCamera(queue);
