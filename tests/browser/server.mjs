// The program under test: the demonstration town, served from a folder that goes with the test.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** How long the town may take to be filled, in milliseconds: a debug build on a busy machine. */
const START = 300_000;

/**
 * @typedef {{ name: string, office: string, role: string, email: string, password: string, totp_secret: string }} Staff
 * @typedef {{ number: string, name: string, symbol: string, cover_url: string, case_url: string, booklet_pdf: string,
 *   family_url: string, family_digits: string }} Notebook
 * @typedef {{ url: string, api_token: string, staff: Staff[], notebooks: Notebook[] }} Town
 */

/**
 * Starts `kakehashi demo` and waits until it says where it serves.
 * @param {string} program
 * @returns {Promise<{ town: Town, folder: string, stop: () => Promise<void> }>}
 */
export async function startTown(program) {
  const folder = await mkdtemp(join(tmpdir(), 'kakehashi-browser-'));
  const options = ['demo', '--json', '--port', '0', '--data', join(folder, 'data')];
  const server = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  server.stderr.on('data', (text) => (complaints = (complaints + text).slice(-4000)));
  const ended = new Promise((resolve) => server.on('close', resolve));
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const failed = (why) => new Error(`kakehashi demo ${why}\n${complaints}`);
  try {
    const line = await Promise.race([
      new Promise((resolve) => createInterface(server.stdout).once('line', resolve)),
      ended.then((code) => Promise.reject(failed(`ended with ${code}`))),
      new Promise((_, reject) => setTimeout(() => reject(failed('did not start in time')), START).unref()),
    ]);
    return { town: JSON.parse(line), folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
