// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Child, DEMO } = require('./process');

const CANDIDATES = [process.env.DTF_CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
const puppeteer = require(path.join(DEMO, 'node_modules', 'puppeteer-core'));

/// A headless Chromium with a profile of its own, started as an agent would, and its browser_state.json.
async function startBrowser(t, folder) {
  const program = CANDIDATES.find((candidate) => candidate && fs.existsSync(candidate));
  if (!program) throw new Error('no Chromium found: install it or name it in DTF_CHROMIUM');
  const child = new Child(t, program, ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${path.join(folder, 'profile')}`, '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-gpu', '--disable-dev-shm-usage', 'about:blank']);
  const wsEndpoint = (await child.printed(/DevTools listening on (ws:\/\/\S+)/))[1];
  const stateFile = path.join(folder, 'browser_state.json');
  fs.writeFileSync(stateFile, JSON.stringify({ wsEndpoint: wsEndpoint.replace('127.0.0.1', 'localhost') }));
  return { child, wsEndpoint, stateFile, port: new URL(wsEndpoint).port, connect: () => puppeteer.connect({ browserWSEndpoint: wsEndpoint, defaultViewport: null }) };
}

module.exports = { startBrowser };
