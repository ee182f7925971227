// Someone in front of a browser of their own: goes, presses, fills in, sees.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

import { NARROWEST, overflows, smallTargets, violations } from './checks.mjs';
import { say } from './words.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Widths of screens, in CSS pixels. */
export const PHONE = 390;
export const DESKTOP = 1280;

export class Person {
  /** When each secret's last one-time password was used: one is good for one sign-in. */
  static usedSteps = new Map();

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {import('./report.mjs').Report} report
   * @param {{ name: string, width: number, url: string, screenshots: string, scripts?: boolean }} options
   */
  static async arrives(browser, report, options) {
    const person = new Person();
    Object.assign(person, { report, options, seen: 0, complaints: [] });
    person.context = await browser.newContext({
      locale: 'ja-JP',
      timezoneId: 'Asia/Tokyo',
      viewport: { width: options.width, height: 844 },
      javaScriptEnabled: options.scripts ?? true,
    });
    person.context.setDefaultTimeout(15_000);
    await person.context.addInitScript({ path: axe });
    person.page = await person.context.newPage();
    person.page.on('pageerror', (error) => person.complaints.push(`script: ${error.message}`));
    person.page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load')) person.complaints.push(message.text());
    });
    person.page.on('response', (response) => {
      const isPage = response.request().isNavigationRequest();
      if (response.status() >= (isPage ? 500 : 400)) person.complaints.push(`${response.status()} ${response.url()}`);
    });
    return person;
  }

  /** Goes to a path or an address, as by scanning a code or opening a bookmark. */
  async goes(path) {
    this.response = await this.page.goto(new URL(path, this.options.url).href);
    return this.response;
  }

  /** Presses the button or link with the words of this key, and waits for the page that follows. */
  async presses(key, given = {}) {
    const named = { name: say(key, given) };
    const targets = this.page.getByRole('button', named).or(this.page.getByRole('link', named));
    await this.follows(() => targets.first().click());
  }

  /** Waits for the page that an action leads to. */
  async follows(action) {
    const isPage = (response) => response.request().isNavigationRequest() && ![301, 302, 303, 307, 308].includes(response.status());
    [this.response] = await Promise.all([this.page.waitForResponse(isPage), action()]);
    await this.page.waitForLoadState('load');
  }

  /** Types into fields, by their names. */
  async fills(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`[name="${name}"]:not([type=hidden])`).first();
      await ((await field.evaluate((element) => element.tagName)) === 'SELECT' ? field.selectOption(value) : field.fill(value));
    }
  }

  /** Ticks a box, or one of several answers: the one with this value, or the first. */
  async chooses(name, value) {
    const wanted = value === undefined ? `[name="${name}"]` : `[name="${name}"][value="${value}"]`;
    await this.page.locator(`label:has(${wanted})`).first().click();
  }

  /** Signs in with a password and a one-time password. Begins at the page that asks for the password. */
  async signsIn(staff) {
    await this.fills({ email: staff.email, password: staff.password });
    await this.presses('access-next');
    await this.fills({ code: await oneTimePassword(staff.totp_secret) });
    await this.presses('access-code-enter');
  }

  /** Says that this stands on the page. */
  async sees(text) {
    const shown = await this.words();
    this.check(`sees 「${text}」`, shown.includes(text) ? [] : [`${this.page.url()} shows: ${shown.slice(0, 300)}`]);
  }

  /** Says that none of these stand anywhere in the page's source. */
  async neverSees(texts) {
    const source = await this.page.content();
    this.check(`never sees ${texts.length} words`, texts.filter((text) => source.includes(text)));
  }

  /** The visible words, without readings and runs of spaces. */
  async words() {
    const text = await this.page.evaluate(() => {
      const copy = /** @type {HTMLElement} */ (document.body.cloneNode(true));
      copy.querySelectorAll('rt, style, script').forEach((element) => element.remove());
      return copy.textContent ?? '';
    });
    return text.replace(/\s+/g, ' ');
  }

  /**
   * Says that this view is as every view must be, narrow and at the person's own width, and keeps pictures of it.
   * @param {string} name
   */
  async looksAt(name) {
    const status = this.response?.status() ?? 200;
    this.check(`${name}: is answered well`, status < 400 ? [] : [`${status} ${this.page.url()}`]);
    await this.looksAtRefusal(name);
  }

  /** As `looksAt`, for a page whose status says that something was wrong. */
  async looksAtRefusal(name) {
    this.seen += 1;
    const file = `${this.options.screenshots}/${this.options.name}-${String(this.seen).padStart(2, '0')}-${name}`;
    for (const width of [NARROWEST, this.options.width]) {
      await this.page.setViewportSize({ width, height: 844 });
      this.check(`${name}: fits at ${width}`, await overflows(this.page));
      await this.page.screenshot({ path: `${file}-${width}.png`, fullPage: true });
    }
    const unsaid = new Set((await this.words()).match(/\[[a-z]+(-[a-z0-9_]+)+\]/g)); // messages that do not exist
    this.check(`${name}: says everything in words`, [...unsaid]);
    this.check(`${name}: is large enough for fingers`, await smallTargets(this.page));
    if (this.options.scripts !== false) this.check(`${name}: is accessible`, await violations(this.page));
    this.check(`${name}: raises no complaint`, this.complaints.splice(0));
  }

  /** One statement about what this person met. */
  check(statement, wrong) {
    this.report.check(`${this.options.name}: ${statement}`, wrong);
  }

  async leaves() {
    await this.context.close();
  }
}

/** The six digits of this moment (RFC 6238); waits for the next 30 s when these were used. */
async function oneTimePassword(secret) {
  const step = () => Math.floor(Date.now() / 30_000);
  while (Person.usedSteps.get(secret) === step()) await new Promise((resolve) => setTimeout(resolve, 500));
  Person.usedSteps.set(secret, step());
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step()));
  const digest = createHmac('sha1', base32(secret)).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function base32(text) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replace(/=+$/, '').toUpperCase()].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
