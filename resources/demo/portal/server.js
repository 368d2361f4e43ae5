// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Ledger } = require('./ledger');
const { Sessions, COOKIE } = require('./sessions');
const { Challenges } = require('./challenge');
const { Switches } = require('./switches');
const { adminRoutes } = require('./admin');
const { ledgerFields } = require('./receive');
const { readBody, drain, HttpError } = require('./body');
const pages = require('./pages');

const MAX_UPLOAD = 32 * 1024 * 1024;
const MAX_FORM = 8 * 1024;
const STREAMS_PER_SESSION = 2; // a browser allows six connections to us; idle tabs must not use them up
const STYLE = fs.readFileSync(path.join(__dirname, 'style.css'));
const HEADERS = {
  'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'X-Frame-Options': 'DENY', 'Referrer-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'unsafe-inline'; connect-src 'self'; form-action 'self'; base-uri 'none'",
};

/// The portal without a command line: { server, ledger, sessions, switches, listen(port, host) → port, close() }.
async function createPortal({ ledgerFile, stateDir = null, maxUpload = MAX_UPLOAD }) {
  const ledger = await Ledger.open(ledgerFile);
  const sessions = new Sessions({ stateDir });
  const switches = new Switches();
  const challenges = new Challenges();
  const counters = { logins: 0, refusedLogins: 0, refusedUploads: 0, sentToLogin: 0 };
  const admin = adminRoutes({ ledger, sessions, switches, challenges, counters });
  const streams = new Set(); // { session id, response } of pages that wait for the end of their session

  const send = (response, status, body, headers = {}) => {
    if (response.destroyed || response.headersSent) return;
    response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8', ...headers });
    response.end(body);
  };
  const goTo = (response, where, headers = {}) => send(response, 303, '', { Location: where, ...headers });
  const sendJson = (response, status, value) => send(response, status, `${JSON.stringify(value)}\n`, { 'Content-Type': 'application/json; charset=utf-8' });

  async function signIn(request, response) {
    const form = new URLSearchParams((await readBody(request, MAX_FORM)).toString('utf8'));
    const passed = challenges.pass(form.get('challenge') || '', form.get('answer') || '');
    const known = form.get('user') === pages.DEMO_USER && form.get('password') === pages.DEMO_PASSWORD;
    if (switches.locked || !passed || !known) {
      counters.refusedLogins += 1;
      let message = 'The user name or the password is not right.';
      if (!passed) message = 'Those are not the characters in the picture. Please try the new one.';
      if (switches.locked) message = 'The portal does not take sign-ins at the moment. Please try again later.';
      send(response, 403, pages.login(challenges.create(), message));
      return;
    }
    counters.logins += 1;
    goTo(response, '/', { 'Set-Cookie': sessions.begin(pages.DEMO_USER).cookie });
  }

  async function receive(request, response, session) {
    const fields = ledgerFields(request.headers['content-type'], await readBody(request, maxUpload));
    await switches.wait('upload');
    if (switches.takeFailure('before')) throw new HttpError(500, 'The upload could not be processed. Please try again later.');
    const again = ledger.timesSeen(fields.sha256) > 0;
    const row = await ledger.append({ session: session.id, ...fields, ...(again ? { again } : {}) });
    await switches.wait('answer');
    if (switches.takeFailure('after')) throw new HttpError(500, 'Something went wrong. Please check whether your upload was received.');
    goTo(response, `/confirm/${row.confirmation}`);
  }

  function watchSession(request, response, session) {
    if ([...streams].filter((stream) => stream.id === session.id).length >= STREAMS_PER_SESSION) {
      send(response, 204, '');
      return;
    }
    const stream = { id: session.id, response };
    streams.add(stream);
    response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/event-stream' });
    response.write(': watching\n\n');
    const beat = setInterval(() => response.write(': still there\n\n'), 15_000);
    response.on('close', () => {
      clearInterval(beat);
      streams.delete(stream);
    });
  }

  sessions.on('ended', (id) => {
    for (const stream of streams) if (stream.id === id) stream.response.end('event: ended\ndata: \n\n');
  });

  /// The page of a signed-in person.
  async function member(request, response, url, session) {
    const route = `${request.method} ${url.pathname}`;
    if (route === 'POST /upload') return receive(request, response, session);
    if (route === 'POST /logout') {
      sessions.expire(session.id);
      return goTo(response, '/login', { 'Set-Cookie': `${COOKIE}=; Path=/; Max-Age=0` });
    }
    if (request.method !== 'GET') throw new HttpError(405, 'This address can only be read.');
    if (url.pathname === '/session') return sendJson(response, 200, { id: session.id, user: session.user });
    if (url.pathname === '/session/events') return watchSession(request, response, session);
    await switches.wait('pages');
    if (switches.takeFailure('pages')) throw new HttpError(500, 'The portal has a problem. Please try again later.');
    if (url.pathname === '/') return send(response, 200, pages.home(session, ledger));
    if (url.pathname === '/upload') return send(response, 200, pages.upload(session));
    const row = url.pathname.startsWith('/confirm/') ? ledger.find(url.pathname.slice('/confirm/'.length)) : null;
    if (row) return send(response, 200, pages.confirm(session, row));
    throw new HttpError(404, 'There is no such page.');
  }

  async function handle(request, response) {
    const host = request.headers.host || '';
    if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) throw new HttpError(400, 'Unknown host.');
    const url = new URL(request.url, `http://${host}`);
    if (url.pathname.startsWith('/admin/')) return sendJson(response, 200, await admin(request, url));
    if (request.method === 'POST' && request.headers.origin && request.headers.origin !== `http://${host}`) throw new HttpError(403, 'This form belongs to another site.');
    if (url.pathname === '/style.css') return send(response, 200, STYLE, { 'Content-Type': 'text/css; charset=utf-8', 'Cache-Control': 'max-age=3600' });
    const session = switches.locked ? null : sessions.of(request.headers.cookie);
    if (url.pathname === '/login') {
      if (request.method === 'POST') return signIn(request, response);
      return session ? goTo(response, '/') : send(response, 200, pages.login(challenges.create()));
    }
    if (session) return member(request, response, url, session);
    if (url.pathname === '/session') return sendJson(response, 401, { error: 'not signed in' });
    counters.sentToLogin += 1;
    if (url.pathname === '/session/events') return send(response, 200, 'event: ended\ndata: \n\n', { 'Content-Type': 'text/event-stream' });
    return goTo(response, '/login');
  }

  const server = http.createServer({ keepAliveTimeout: 5000, headersTimeout: 10_000, requestTimeout: 60_000, connectionsCheckingInterval: 2000 }, (request, response) => {
    handle(request, response).catch((error) => {
      const status = error instanceof HttpError ? error.status : 500;
      if (!(error instanceof HttpError)) process.stderr.write(`portal: ${error.stack}\n`);
      if (request.url.startsWith('/upload') && request.method === 'POST') counters.refusedUploads += 1;
      if (!request.complete && !response.headersSent) response.setHeader('Connection', 'close');
      if (request.url.startsWith('/admin/')) sendJson(response, status, { error: error.message });
      else send(response, status, pages.problem(status, status === 500 && !(error instanceof HttpError) ? 'The portal has a problem.' : error.message));
    }).finally(() => drain(request));
  });
  server.maxConnections = 512;
  server.on('clientError', (error, socket) => {
    // A browser opens connections ahead of need; an answer on one that never asked would be taken for the answer to its next request.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) socket.destroy();
    else if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });

  return {
    server, ledger, sessions, switches,
    listen: (port, host = '127.0.0.1') => new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host }, () => resolve(server.address().port));
    }),
    /// Stops accepting, gives running requests a moment, then closes the ledger.
    close: (graceMs = 2000) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close(() => {
        clearTimeout(timer);
        ledger.close().then(resolve, reject);
      });
      server.closeIdleConnections();
      for (const stream of streams) stream.response.end();
    }),
  };
}

module.exports = { createPortal, MAX_UPLOAD };
