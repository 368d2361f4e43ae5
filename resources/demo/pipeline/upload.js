// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { connect, within, BrowserUnreachable } = require('../lib/browser');
const { EXIT, PipelineError } = require('./errors');

const CLOSE_MS = 2000;
const OPEN_TAB_MS = 10_000;

/// Opens the form and fills it in; nothing is sent yet.
async function fillForm(page, { portal, loginPattern, master, fields }) {
  const response = await page.goto(new URL('/upload', portal).href, { waitUntil: 'domcontentloaded' });
  if (loginPattern.test(page.url())) throw new PipelineError(EXIT.notLoggedIn, 'the portal shows its login page: a person must sign in first; nothing was uploaded');
  if (!response || !response.ok()) throw new PipelineError(EXIT.portalBefore, `the portal answered ${response ? response.status() : 'nothing'}; nothing was uploaded`);
  const input = await page.$('#upload-form input[type=file]');
  if (!input) throw new PipelineError(EXIT.portalBefore, 'the portal shows no upload form; nothing was uploaded');
  await input.uploadFile(master);
  await page.$eval('#upload-form', (form, values) => {
    for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value;
  }, fields);
}

/// Sends the form and answers the confirmation number.
async function submit(page, loginPattern) {
  const arrived = page.waitForNavigation({ waitUntil: 'domcontentloaded' });
  const [response] = await Promise.all([arrived, page.$eval('#submit-upload', (button) => button.click())]);
  const number = await page.$('#confirmation-number').then((found) => found && found.evaluate((element) => element.textContent.trim()));
  if (number) return number;
  if (loginPattern.test(page.url())) throw new Error('the portal went to its login page');
  throw new Error(`the portal answered ${response ? response.status() : 'nothing'}`);
}

/// Uploads the master file through the browser that is already open, in a tab of its own, and resolves with the confirmation number.
/// `onBegin` is awaited right before the one click that may pay people: what fails before it is safe to run again, what fails after it is not.
/// Throws PipelineError.
async function uploadMaster({ endpoint, portal, loginPattern, master, fields, timeoutMs, onBegin }) {
  let browser;
  let page;
  let begun = false;
  try {
    browser = await connect(endpoint);
    page = await within(OPEN_TAB_MS, browser.newPage(), new BrowserUnreachable('the browser opens no tab'));
    page.setDefaultTimeout(timeoutMs);
    await fillForm(page, { portal, loginPattern, master, fields });
    await onBegin();
    begun = true;
    return await submit(page, loginPattern);
  } catch (error) {
    if (begun) throw new PipelineError(EXIT.afterSubmit, `after the upload began: ${error.message}; look in the portal before this file is run again`);
    if (error instanceof PipelineError) throw error;
    const lostBrowser = error instanceof BrowserUnreachable || !browser || !browser.connected;
    throw new PipelineError(lostBrowser ? EXIT.noBrowser : EXIT.portalBefore, `${error.message}; nothing was uploaded`);
  } finally {
    const leave = async () => {
      if (page) await page.close();
      if (browser) await browser.disconnect();
    };
    await within(CLOSE_MS, leave(), new Error('late')).catch(() => {}); // a dead browser has no tab to close
  }
}

module.exports = { uploadMaster };
