// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// How a script finds the browser that is already open. It never starts one.
const fs = require('node:fs');
const http = require('node:http');

class BrowserUnreachable extends Error {}

/// localhost may mean ::1 first, Chrome listens on 127.0.0.1.
const toLoopback = (endpoint) => endpoint.replace(/^(ws:\/\/)localhost(?=[:/])/i, '$1127.0.0.1');

function fromStateFile(file) {
  let endpoint;
  try {
    endpoint = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '')).wsEndpoint;
  } catch (error) {
    throw new BrowserUnreachable(`${file} cannot be read: ${error.message}`);
  }
  if (!/^wss?:\/\/[^/]+\/devtools\/browser\/./.test(String(endpoint))) throw new BrowserUnreachable(`${file} names no browser`);
  return toLoopback(endpoint);
}

/// Asks the DevTools port itself (GET /json/version).
function fromPort(port, timeoutMs = 3000) {
  return new Promise((resolve, reject) => {
    const fail = (reason) => reject(new BrowserUnreachable(`no browser answers on port ${port}: ${reason}`));
    const request = http.get({ host: '127.0.0.1', port, path: '/json/version', timeout: timeoutMs }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
        if (text.length > 65536) request.destroy(new Error('too long an answer'));
      });
      response.on('end', () => {
        try {
          resolve(toLoopback(JSON.parse(text).webSocketDebuggerUrl));
        } catch {
          fail('it is not a DevTools port');
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', (error) => fail(error.message));
  });
}

/// The address of the browser: the file the caller names, else what the environment says, else browser_state.json here.
async function endpoint(stateFile, env = process.env) {
  if (stateFile) return fromStateFile(stateFile);
  if (env.DTF_BROWSER_WS) return toLoopback(env.DTF_BROWSER_WS);
  if (env.DTF_BROWSER_STATE) return fromStateFile(env.DTF_BROWSER_STATE);
  if (env.DTF_BROWSER_PORT) return fromPort(env.DTF_BROWSER_PORT);
  return fromStateFile('browser_state.json');
}

/// `promise`, or a rejection with `error` after `milliseconds`.
function within(milliseconds, promise, error) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(error), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/// Connects to the open browser within `timeoutMs`. Throws BrowserUnreachable.
async function connect(wsEndpoint, timeoutMs = 5000) {
  const puppeteer = require('puppeteer-core'); // late: a file that cannot be read needs no browser library
  const reason = (text) => new BrowserUnreachable(`the browser at ${wsEndpoint} ${text}`);
  try {
    const attempt = puppeteer.connect({ browserWSEndpoint: wsEndpoint, defaultViewport: null, protocolTimeout: 30_000 });
    return await within(timeoutMs, attempt, reason('does not answer'));
  } catch (error) {
    throw error instanceof BrowserUnreachable ? error : reason(`refused: ${error.message || error.type || error}`);
  }
}

module.exports = { endpoint, fromPort, connect, within, BrowserUnreachable };
