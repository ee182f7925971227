// Chromium, as the walks use it.
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** Starts a browser. @param {string[]} more flags of its own */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.KAKEHASHI_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: [...flags, ...more],
    env: { ...process.env, LANGUAGE: 'ja' },
  });
}

/** A browser whose camera sees what stands in a file of JPEG pictures. @param {string} file */
export function launchWithCamera(file) {
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  return launch([...camera, `--use-file-for-fake-video-capture=${file}`]);
}
