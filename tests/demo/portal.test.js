// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const test = require('node:test');
const { temporaryFolder, withDeadline } = require('./support/process');
const { Portal, request } = require('./support/portal');

const FIELDS = { agency: 'EMILE', period: '2026-W14', rows: '7', job: '01J', attempt: '2', node: 'DTF-03', idempotencyKey: 'k', source: 'Émile "x".csv', sourceSha256: 'ab' };
const start = (t, args) => Portal.start(t, temporaryFolder(t), args);
const get = (portal, where, cookie = '') => request(`${portal.url}${where}`, { headers: { Cookie: cookie } });

test('nobody gets past the login page without the right characters, once', async (t) => {
  const portal = await start(t);
  for (const where of ['/', '/upload', '/confirm/10000001', '/nothing']) {
    const answer = await get(portal, where);
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login'], where);
  }
  assert.equal((await portal.upload('mda_session=forged', FIELDS)).headers.location, '/login');
  const wrong = await portal.signIn('#####');
  assert.deepEqual([wrong.status, wrong.cookie], [403, '']);
  await assert.rejects(portal.admin(`challenge/${wrong.challenge}`), { status: 404 });
  const { cookie, status } = await portal.signIn();
  assert.equal(status, 303);
  assert.equal((await get(portal, '/', cookie)).status, 200);
  assert.equal((await get(portal, '/login', cookie)).headers.location, '/');
  assert.deepEqual(portal.ledger(), []);
});

test('an upload is on the disk with all its fields before the confirmation is shown', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  const data = crypto.randomBytes(100_000);
  const answer = await portal.upload(cookie, FIELDS, { name: 'C:\\fakepath\\Émile.master.csv', data });
  assert.equal(answer.headers.location, '/confirm/10000001');
  const [row] = portal.ledger();
  assert.equal(new Date(row.time).toISOString(), row.time);
  assert.match(row.session, /^S-[0-9a-f]{8}$/);
  const sha256 = crypto.createHash('sha256').update(data).digest('hex');
  assert.deepEqual({ ...row, time: 0, session: 0 }, { ...FIELDS, time: 0, session: 0, confirmation: '10000001', filename: 'Émile.master.csv', sha256, bytes: 100_000, rows: 7, attempt: 2 });
  const page = await get(portal, '/confirm/10000001', cookie);
  assert.match(page.text, /id="confirmation-number">10000001</);
  assert.match(page.text, /Émile &#34;x&#34;\.csv/);
  assert.equal((await get(portal, '/confirm/10000002', cookie)).status, 404);
});

test('the same content twice is taken twice and counted, as in real life', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  await portal.upload(cookie, FIELDS);
  await portal.upload(cookie, { ...FIELDS, idempotencyKey: 'other' });
  assert.deepEqual(portal.ledger().map((row) => row.again), [undefined, true]);
  assert.deepEqual((await portal.admin('stats')).duplicates, { idempotencyKey: 0, content: 1 });
  assert.match((await get(portal, '/', cookie)).text, /same content as before/);
});

test('uploads at the same time get numbers of their own and one row each', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => portal.upload(cookie, FIELDS, { name: `${n}.csv`, data: `row ${n}` })));
  assert.equal(new Set(answers.map((answer) => answer.headers.location)).size, 40);
  assert.deepEqual(portal.ledger().map((row) => row.filename).sort(), Array.from({ length: 40 }, (_, n) => `${n}.csv`).sort());
  const page = await portal.admin('ledger?from=38&limit=5');
  assert.deepEqual([page.total, page.rows.length], [40, 2]);
});

test('what is not a proper form is refused and leaves no row', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  const post = (headers, body) => request(`${portal.url}/upload`, { method: 'POST', headers: { Cookie: cookie, ...headers }, body });
  assert.equal((await post({ 'Content-Type': 'text/plain' }, 'x')).status, 415);
  assert.equal((await post({ 'Content-Type': 'multipart/form-data; boundary=X' }, 'x')).status, 400);
  assert.equal((await portal.upload(cookie, { ...FIELDS, agency: 'NOBODY' })).status, 400);
  assert.equal((await portal.upload(cookie, { ...FIELDS, period: '' })).status, 400);
  assert.equal((await portal.upload(cookie, FIELDS, { name: 'a.csv', data: '' })).status, 400);
  assert.equal((await post({ 'Content-Type': 'multipart/form-data; boundary=X', Origin: 'http://evil.example' }, 'x')).status, 403);
  assert.equal((await request(`${portal.url}/`, { headers: { Host: 'evil.example', Cookie: cookie } })).status, 400);
  assert.deepEqual(portal.ledger(), []);
  assert.equal((await portal.admin('stats')).refusedUploads, 6);
});

/// Sends raw bytes and resolves with all that comes back until the portal closes.
function raw(portal, head) {
  return withDeadline(new Promise((resolve, reject) => {
    const socket = net.connect(new URL(portal.url).port, '127.0.0.1', () => socket.write(head));
    let text = '';
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  }), 'the portal to close');
}

test('too large a body is refused before it is read, and half a body leaves no row', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  const head = (length) => `POST /upload HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: ${length}\r\n\r\n`;
  assert.match(await raw(portal, head(40 * 1024 * 1024)), /^HTTP\/1\.1 413 /);
  assert.match(await raw(portal, 'GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400 /);
  await withDeadline(new Promise((resolve) => {
    const socket = net.connect(new URL(portal.url).port, '127.0.0.1', () => socket.end(`${head(1000)}--X\r\n`));
    socket.on('close', resolve).on('error', resolve).resume();
  }), 'the half upload to end');
  assert.equal((await portal.upload(cookie, FIELDS)).status, 303);
  assert.equal(portal.ledger().length, 1);
});

test('failures come as often as asked, before or after the ledger', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  await portal.admin('fail', { count: 2, when: 'before' });
  await portal.admin('fail', { count: 1, when: 'after' });
  const statuses = [];
  const rows = [];
  for (let n = 0; n < 4; n += 1) {
    statuses.push((await portal.upload(cookie, FIELDS)).status);
    rows.push(portal.ledger().length);
  }
  assert.deepEqual([statuses, rows], [[500, 500, 500, 303], [0, 0, 1, 2]]);
  await portal.admin('fail', { count: 1, when: 'pages' });
  assert.equal((await get(portal, '/upload', cookie)).status, 500);
  assert.equal((await get(portal, '/upload', cookie)).status, 200);
});

test('a slow portal answers later, and the wait can be before or after the ledger', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  await portal.admin('slow', { ms: 300, where: 'answer' });
  const answer = portal.upload(cookie, FIELDS);
  const first = await Promise.race([answer.then(() => 'answer'), withDeadline(new Promise((resolve) => {
    const watcher = fs.watch(portal.ledgerFile, () => {
      if (portal.ledger().length === 1) {
        watcher.close();
        resolve('ledger');
      }
    });
  }), 'the row in the ledger')]);
  assert.equal(first, 'ledger');
  assert.equal((await answer).status, 303);
  await portal.admin('slow', { ms: 1000 });
  const order = [];
  const page = get(portal, '/', cookie).then(({ status }) => order.push(`page ${status}`));
  await get(portal, '/session', cookie).then(() => order.push('not a page'));
  await page;
  assert.deepEqual(order, ['not a page', 'page 200']);
  assert.deepEqual((await portal.admin('slow', { ms: 0 })).slow, { pages: 0, upload: 0, answer: 0 });
});

/// The first words of the event stream that open pages listen to, until it ends.
function listen(portal, cookie) {
  const socket = net.connect(new URL(portal.url).port, '127.0.0.1');
  let text = '';
  const watching = new Promise((resolve) => socket.on('data', (chunk) => {
    text += chunk;
    if (text.includes('watching')) resolve();
  }));
  const ended = new Promise((resolve) => socket.on('close', () => resolve(text)));
  socket.write(`GET /session/events HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: ${cookie}\r\n\r\n`);
  return { watching: withDeadline(watching, 'the stream to open'), ended: withDeadline(ended, 'the stream to end') };
}

test('one session or all can be ended, and open pages hear it at once', async (t) => {
  const portal = await start(t);
  const [a, b] = [await portal.signIn(), await portal.signIn()];
  const id = JSON.parse((await get(portal, '/session', a.cookie)).text).id;
  const stream = listen(portal, a.cookie);
  await stream.watching;
  assert.deepEqual(await portal.admin('expire', { session: id }), { ended: 1 });
  assert.match(await stream.ended, /event: ended/);
  assert.equal((await get(portal, '/', a.cookie)).headers.location, '/login');
  assert.equal((await get(portal, '/', b.cookie)).status, 200);
  assert.deepEqual(await portal.admin('expire', {}), { ended: 1 });
  assert.equal((await portal.upload(b.cookie, FIELDS)).headers.location, '/login');
  assert.equal((await get(portal, '/session', b.cookie)).status, 401);
  assert.deepEqual(portal.ledger(), []);
});

test('a locked portal sends everybody to the login page, lets nobody in, and forgets nobody', async (t) => {
  const portal = await start(t);
  const { cookie } = await portal.signIn();
  const stream = listen(portal, cookie);
  await stream.watching;
  await portal.admin('lock', { on: true });
  assert.match(await stream.ended, /event: ended/);
  assert.equal((await get(portal, '/upload', cookie)).headers.location, '/login');
  assert.match((await portal.signIn()).text, /does not take sign-ins at the moment/);
  await portal.admin('lock', { on: false });
  assert.equal((await get(portal, '/', cookie)).status, 200);
});

test('the admin calls are for this machine’s tools, not for web pages or typing errors', async (t) => {
  const portal = await start(t);
  const rows = [
    [{ method: 'POST', headers: { 'Content-Type': 'application/json', Origin: portal.url }, body: '{"on":true}' }, 'lock', 403],
    [{ method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{"on":true}' }, 'lock', 415],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"on"' }, 'lock', 400],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '[]' }, 'lock', 400],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"on":1}' }, 'lock', 400],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"ms":-1}' }, 'slow', 400],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"ms":1,"where":"constructor"}' }, 'slow', 400],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"count":1,"when":"later"}' }, 'fail', 400],
    [{ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: ' '.repeat(70_000) }, 'fail', 413],
    [{ method: 'GET' }, 'lock', 404],
    [{ method: 'GET' }, 'challenge/000000000000000000000000', 404],
  ];
  for (const [options, name, status] of rows) assert.equal((await request(`${portal.url}/admin/${name}`, options)).status, status, `${name} ${options.body}`.slice(0, 60));
  const { locked, slow, fail } = await portal.admin('stats');
  assert.deepEqual({ locked, slow, fail }, { locked: false, slow: { pages: 0, upload: 0, answer: 0 }, fail: { pages: 0, before: 0, after: 0 } });
});

test('after a stop and a power cut it goes on: sessions, numbers, and the torn last line', async (t) => {
  const folder = temporaryFolder(t);
  const state = ['--state', path.join(folder, 'state')];
  const before = await Portal.start(t, folder, state);
  const { cookie } = await before.signIn();
  await before.upload(cookie, FIELDS);
  const { code, errors } = await before.child.stop('SIGTERM');
  assert.deepEqual([code, errors], [0, '']);
  fs.appendFileSync(before.ledgerFile, '{"time":"2026-11-2');
  const after = await Portal.start(t, folder, state);
  assert.equal((await after.upload(cookie, FIELDS)).headers.location, '/confirm/10000002');
  const lines = fs.readFileSync(after.ledgerFile, 'utf8').split('\n');
  assert.equal(lines[1], '{"time":"2026-11-2');
  assert.equal(JSON.parse(lines[2]).confirmation, '10000002');
  assert.equal((await after.admin('stats')).unreadableLedgerLines, 1);
});

test('it says what is wrong with its command line', async (t) => {
  const { script } = require('./support/process');
  const rows = [[[], /--ledger is needed/], [['--ledger', path.join(temporaryFolder(t), 'l'), '--port', '70000'], /--port must be/], [['--nonsense'], /nonsense/], [['--ledger', 'x', '--host', '0.0.0.0'], /loopback/]];
  for (const [args, message] of rows) {
    const { code, errors } = await script(t, 'portal/portal.js', args).end();
    assert.ok(code !== 0);
    assert.match(errors, message);
  }
});
