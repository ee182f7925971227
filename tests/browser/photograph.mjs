// Photographs of printed sheets, as someone takes them at a kitchen table: tilted, shadowed, written on.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The pages of a PDF as pictures.
 * @param {string} pdf
 * @param {string} folder where they may be written
 * @returns {Buffer[]} PNG, 200 dots per inch
 */
export function pagesOf(pdf, folder) {
  const count = Number(/Pages:\s+(\d+)/.exec(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' }))?.[1]);
  return Array.from({ length: count }, (_, index) => {
    const name = `${folder}/page-${index + 1}`;
    execFileSync('pdftoppm', ['-r', '200', '-png', '-singlefile', '-f', `${index + 1}`, '-l', `${index + 1}`, pdf, name]);
    return readFileSync(`${name}.png`);
  });
}

/**
 * The texts of the QR codes in a picture.
 * @param {string} file
 */
export function codesIn(file) {
  const options = ['--nodbus', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable'];
  const { stdout } = spawnSync('zbarimg', [...options, file], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

/**
 * A photo of a sheet on a table.
 * @param {import('playwright-core').Browser} browser
 * @param {Buffer} sheet PNG of the printed page
 * @param {{ scale?: number, light?: number, turned?: number, shines?: boolean, covers?: boolean }} how pixels to a length,
 *   brightness, degrees, a lamp that shines on it, a slip of paper that covers what is printed at its top but for the marks
 * @returns {Promise<Buffer>} JPEG of 12 megapixels, or of fewer at another scale
 */
export async function photograph(browser, sheet, { scale = 2, light = 1, turned = 2, shines = false, covers = false } = {}) {
  const shine = shines ? 'radial-gradient(circle at 55% 40%, #fff 0 9%, #fff0 14%), ' : '';
  const page = await browser.newPage({ viewport: { width: 1500, height: 2000 }, deviceScaleFactor: scale });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; height: 2000px; background: #b08a63; perspective: 4200px; overflow: hidden }
    div { position: absolute; left: 150px; top: 150px; width: 1200px; transform: rotateX(6deg) rotateY(-5deg) rotateZ(${turned}deg) }
    img { width: 100%; display: block; filter: blur(.5px) }
    svg { position: absolute; inset: 0; width: 100%; height: 100% }
    i { position: absolute; left: 13%; right: 13%; top: 0; height: 17%; background: #d8c9a8; display: ${covers ? 'block' : 'none'} }
    path { fill: none; stroke: #2b3a67; stroke-width: 5; stroke-linecap: round }
    p { position: absolute; inset: 0; margin: 0; background: ${shine}linear-gradient(115deg, #0000 55%, #0003), rgb(0 0 0 / ${1 - light}) }
  </style><div><img src="data:image/png;base64,${sheet.toString('base64')}">
    <svg viewBox="0 0 1200 1700"><path d="M300 700q40-60 80 0t80 0m60-40v80m-30-40h60m90-40q60 20 0 90m120-80l-40 90h90"/></svg><i></i></div><p></p>`);
  const photo = await page.screenshot({ type: 'jpeg', quality: 85 });
  await page.close();
  return photo;
}

/** How long each picture of the fake camera is seen, in frames: it shows 30 a second. */
const LONG = 45;

/**
 * Puts pictures before Chromium's fake camera, one after the other, again and again. It looks when a page starts it.
 * @param {string} file which the browser was started with
 * @param {Buffer[]} pictures JPEG, all of one size
 */
export function putBeforeCamera(file, pictures, frames = LONG) {
  writeFileSync(file, Buffer.concat(pictures.flatMap((picture) => Array(frames).fill(picture))));
}
