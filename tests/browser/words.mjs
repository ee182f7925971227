// The words on the screens, by their keys in src/text/ja: a walk does not break when a wording changes.
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../../src/text/ja/', import.meta.url);
const lines = readdirSync(folder).flatMap((name) => readFileSync(new URL(name, folder), 'utf8').split('\n'));
const messages = new Map(
  lines.filter((line) => /^[a-z][a-z0-9-]* = ./.test(line)).map((line) => line.split(/ = (.*)/s, 2)),
);

/**
 * The message of this key, as it reads without its ruby.
 * @param {string} key
 * @param {Record<string, string | number>} given arguments by name
 */
export function say(key, given = {}) {
  const message = messages.get(key);
  if (message === undefined) throw new Error(`no message ${key}`);
  const named = message.replace(/\{ \$([a-z0-9-]+) \}/g, (_, name) => String(given[name] ?? `{${name}}`));
  return named.replace(/《[^》]*》/g, '');
}
