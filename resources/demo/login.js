#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Signs in to the demo portal in a browser that is already open, as a person would. Only the demo portal gives the
// characters away (/admin/challenge); with the real one a person must type them.
const http = require('node:http');
const { connect, fromPort } = require('./lib/browser');
const { options, whole } = require('./lib/options');
const { DEMO_USER, DEMO_PASSWORD } = require('./portal/pages');

const USAGE = `Usage: login.js --port N --portal URL
  --port N      DevTools port of the open browser (default 9222)
  --portal URL  address of the demo portal`;

const TRIES = 3;
const STEP_MS = 15_000;

function answerTo(portal, challenge) {
  return new Promise((resolve, reject) => {
    const request = http.get(new URL(`/admin/challenge/${challenge}`, portal), { timeout: STEP_MS }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text).answer) : reject(new Error(`the portal does not tell the characters (${response.statusCode})`))));
    });
    request.on('timeout', () => request.destroy(new Error('the portal does not answer')));
    request.on('error', reject);
  });
}

/// The portal's own tab if there is one, else a new one. Tabs of others are left alone.
async function portalTab(browser, portal) {
  for (const page of await browser.pages()) if (page.url().startsWith(portal)) return page;
  return browser.newPage();
}

/// Leaves one tab signed in on the portal's home page. `browser` is a connected puppeteer browser.
async function login(browser, portal) {
  const origin = new URL(portal).origin;
  const page = await portalTab(browser, origin);
  page.setDefaultTimeout(STEP_MS);
  await page.goto(`${origin}/`, { waitUntil: 'domcontentloaded' });
  for (let attempt = 1; attempt <= TRIES && new URL(page.url()).pathname === '/login'; attempt += 1) {
    const challenge = await page.$eval('#challenge', (input) => input.value);
    const values = { user: DEMO_USER, password: DEMO_PASSWORD, answer: await answerTo(origin, challenge) };
    const arrived = page.waitForNavigation({ waitUntil: 'domcontentloaded' });
    await Promise.all([arrived, page.$eval('#login-form', (form, entries) => {
      for (const [name, value] of Object.entries(entries)) form.elements[name].value = value;
      form.querySelector('#sign-in').click();
    }, values)]);
  }
  if (new URL(page.url()).pathname !== '/') {
    const reason = await page.$('#login-error').then((found) => found && found.evaluate((element) => element.textContent));
    throw new Error(`still at ${page.url()}${reason ? `: ${reason}` : ''}`);
  }
}

async function main() {
  const { values } = options({ port: { type: 'string' }, portal: { type: 'string' } }, USAGE);
  if (!values.portal) throw new Error(`--portal is needed\n${USAGE}`);
  const port = whole(values.port || '9222', '--port', 1, 65535);
  const browser = await connect(await fromPort(port));
  try {
    await login(browser, values.portal);
  } finally {
    await browser.disconnect();
  }
  process.stdout.write(`signed in to ${new URL(values.portal).origin} (Browser ${port})\n`);
}

if (require.main === module) {
  main().then(() => process.exit(0), (error) => {
    process.stderr.write(`login: ${error.message}\n`);
    process.exit(1);
  });
}

module.exports = { login };
