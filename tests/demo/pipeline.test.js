// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// The whole way with a real headless Chromium: sign in once, then run files as an agent does.
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const test = require('node:test');
const { AGENCIES } = require('../../resources/demo/lib/agencies');
const { makeSample } = require('../../resources/demo/samples/sample');
const { script, temporaryFolder, withDeadline, atEnd } = require('./support/process');
const { Portal } = require('./support/portal');
const { startBrowser } = require('./support/browser');

const TIMEOUT = { timeout: 180_000 };

/// A portal and a browser of this test, signed in unless told otherwise.
async function stage(t, { signedIn = true } = {}) {
  const folder = temporaryFolder(t);
  const portal = await Portal.start(t, folder);
  const browser = await startBrowser(t, folder);
  const it = { folder, portal, browser, inputs: path.join(folder, 'in'), out: path.join(folder, 'out') };
  fs.mkdirSync(it.inputs);
  it.login = () => script(t, 'login.js', ['--port', browser.port, '--portal', portal.url]).end();
  if (signedIn) assert.equal((await it.login()).code, 0);
  it.put = (sample) => {
    fs.writeFileSync(path.join(it.inputs, sample.name), sample.bytes);
    return path.join(it.inputs, sample.name);
  };
  it.start = (file, env = {}, args = ['--browser-state', browser.stateFile]) => script(t, 'pipeline/pipeline.js', [file, '--out', it.out, '--portal', portal.url, ...args], env);
  it.run = (...args) => it.start(...args).end();
  it.result = (sample, suffix) => path.join(it.out, `${path.parse(sample.name).name}${suffix}`);
  it.log = (sample) => JSON.parse(fs.readFileSync(it.result(sample, '.log.json'), 'utf8'));
  it.tabs = async () => {
    const connected = await browser.connect();
    try {
      return (await connected.pages()).map((page) => page.url()).sort();
    } finally {
      await connected.disconnect();
    }
  };
  return it;
}

test('every agency and type is uploaded exactly once, with its evidence, and no tab is left or lost', TIMEOUT, async (t) => {
  const it = await stage(t);
  const tabs = await it.tabs();
  assert.deepEqual(tabs, ['about:blank', `${it.portal.url}/`]);
  const samples = [1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 16, 24].map((index) => makeSample('end to end', index));
  assert.equal(new Set(samples.map(({ agency, format }) => `${agency} ${format}`)).size, AGENCIES.reduce((sum, agency) => sum + agency.formats.length, 0));
  for (const [n, sample] of samples.entries()) {
    const env = { DTF_JOB: `JOB${n}`, DTF_ATTEMPT: '1', DTF_NODE: 'DTF-02', DTF_IDEMPOTENCY_KEY: `key-${n}` };
    const { code, output, errors } = await it.run(it.put(sample), env);
    assert.deepEqual([code, errors], [0, ''], sample.name);
    const number = String(10_000_001 + n);
    assert.equal(output, `Transformed ${sample.name}: ${sample.records.length} rows for ${AGENCIES.find((a) => a.key === sample.agency).name}\nUPLOAD BEGIN\nUpload Success ${number}\n`);
    const [row, ...more] = it.portal.ledger().slice(n);
    assert.deepEqual(more, []);
    const master = fs.readFileSync(it.result(sample, '.master.csv'));
    assert.equal(row.sha256, crypto.createHash('sha256').update(master).digest('hex'));
    assert.equal(row.sourceSha256, crypto.createHash('sha256').update(sample.bytes).digest('hex'));
    assert.deepEqual([row.confirmation, row.agency, row.source, row.rows, row.job, row.attempt, row.node, row.idempotencyKey], [number, sample.agency, sample.name, sample.records.length, `JOB${n}`, 1, 'DTF-02', `key-${n}`]);
    assert.equal(row.filename, `${path.parse(sample.name).name}.master.csv`);
    assert.equal(JSON.parse(fs.readFileSync(it.result(sample, '.confirmation.json'), 'utf8')).confirmation, number);
    const log = it.log(sample);
    assert.deepEqual([log.processedRowCount, log.exitCode, log.confirmation, log.warnings], [sample.records.length, 0, number, []]);
  }
  assert.equal(it.portal.ledger().length, samples.length);
  assert.deepEqual(await it.tabs(), tabs);
});

test('not signed in, or the session ended: exit 10 before anything is sent, and fine after signing in', TIMEOUT, async (t) => {
  const it = await stage(t, { signedIn: false });
  const sample = makeSample('session', 1);
  const file = it.put(sample);
  const refused = async () => {
    const { code, output, errors } = await it.run(file);
    assert.equal(code, 10);
    assert.ok(!output.includes('UPLOAD BEGIN'));
    assert.match(errors, /a person must sign in first; nothing was uploaded/);
    assert.deepEqual([it.log(sample).exitCode, it.log(sample).confirmation, it.portal.ledger().length], [10, null, rows]);
  };
  let rows = 0;
  await refused();
  assert.equal((await it.login()).code, 0);
  assert.equal((await it.run(file)).code, 0);
  rows = 1;
  await it.portal.admin('expire', {});
  await refused();
  await it.portal.admin('lock', { on: true });
  await refused();
  const locked = await it.login();
  assert.equal(locked.code, 1);
  assert.match(locked.errors, /does not take sign-ins/);
});

test('an idle home page goes to the login page by itself when the session ends', TIMEOUT, async (t) => {
  const it = await stage(t);
  const connected = await it.browser.connect();
  const page = (await connected.pages()).find((candidate) => candidate.url() === `${it.portal.url}/`);
  atEnd(t, () => connected.disconnect());
  const moved = withDeadline(new Promise((resolve) => {
    page.on('framenavigated', () => {
      if (page.url() === `${it.portal.url}/login`) resolve();
    });
  }), 'the login page');
  await it.portal.admin('expire', {}); // an ended session is told to a page that opens its stream too late, too
  await moved;
});

test('portal errors: 12 before the upload begins, 30 after, and the ledger tells which of those were received', TIMEOUT, async (t) => {
  const it = await stage(t);
  const rows = [
    ['pages', 12, 0, false],
    ['before', 30, 0, true],
    ['after', 30, 1, true],
  ];
  for (const [n, [when, exit, received, begun]] of rows.entries()) {
    const sample = makeSample('errors', n + 1);
    const file = it.put(sample);
    const before = it.portal.ledger().length;
    await it.portal.admin('fail', { count: 1, when });
    const { code, output, errors } = await it.run(file);
    assert.equal(code, exit, when);
    assert.match(errors, /the portal answered 500/);
    assert.equal(output.includes('UPLOAD BEGIN'), begun);
    assert.ok(!output.includes('Upload Success'));
    assert.equal(it.portal.ledger().length - before, received);
    assert.deepEqual([it.log(sample).exitCode, it.log(sample).processedRowCount, fs.existsSync(it.result(sample, '.confirmation.json'))], [exit, sample.records.length, false]);
  }
  await it.portal.child.stop('SIGKILL');
  assert.equal((await it.run(it.put(makeSample('errors', 4)))).code, 12);
});

test('no browser: exit 11, whether it is gone, was never there, or does not answer', TIMEOUT, async (t) => {
  const it = await stage(t, { signedIn: false });
  const file = it.put(makeSample('browser', 1));
  const silent = http.createServer(); // takes connections and upgrades, never answers
  silent.on('upgrade', () => {});
  await new Promise((resolve) => { silent.listen(0, '127.0.0.1', resolve); });
  atEnd(t, () => {
    silent.closeAllConnections();
    silent.close();
  });
  const missing = path.join(it.folder, 'nowhere.json');
  const nonsense = path.join(it.folder, 'nonsense.json');
  fs.writeFileSync(nonsense, '{"wsEndpoint":"http://x"}');
  const mute = path.join(it.folder, 'mute.json');
  fs.writeFileSync(mute, JSON.stringify({ wsEndpoint: `ws://localhost:${silent.address().port}/devtools/browser/x` }));
  await it.browser.child.stop('SIGKILL');
  for (const state of [it.browser.stateFile, missing, nonsense, mute]) {
    const { code, output } = await it.run(file, {}, ['--browser-state', state]);
    assert.deepEqual([code, output.includes('UPLOAD BEGIN')], [11, false], state);
  }
  assert.deepEqual(it.portal.ledger(), []);
});

test('the browser dies while the portal works: exit 30, although the portal received the file', TIMEOUT, async (t) => {
  const it = await stage(t);
  await it.portal.admin('slow', { ms: 60_000, where: 'answer' });
  const run = it.start(it.put(makeSample('death', 1)));
  const ledgered = withDeadline(new Promise((resolve) => {
    const watcher = fs.watch(it.portal.ledgerFile, () => {
      if (it.portal.ledger().length === 1) resolve(watcher.close());
    });
  }), 'the row in the ledger');
  await run.printed(/UPLOAD BEGIN/);
  await ledgered;
  await it.browser.child.stop('SIGKILL');
  const { code, output, errors } = await run.end();
  assert.equal(code, 30);
  assert.ok(!output.includes('Upload Success'));
  assert.match(errors, /look in the portal before this file is run again/);
});

test('the browser is found by what the environment says', TIMEOUT, async (t) => {
  const it = await stage(t);
  const ways = [{ DTF_BROWSER_WS: it.browser.wsEndpoint }, { DTF_BROWSER_PORT: it.browser.port }, { DTF_BROWSER_STATE: it.browser.stateFile }];
  for (const [n, env] of ways.entries()) {
    const file = it.put(makeSample('ways', n + 1));
    const { code, errors } = await script(t, 'pipeline/pipeline.js', [], { DTF_FILE: file, DTF_OUT: it.out, MDA_PORTAL_URL: it.portal.url, ...env }).end();
    assert.deepEqual([code, errors], [0, '']);
  }
  assert.equal(it.portal.ledger().length, ways.length);
});

test('an unreadable input ends with 20 and a log; a file without rows ends well, is not uploaded, and says zero', TIMEOUT, async (t) => {
  const it = await stage(t, { signedIn: false });
  const broken = { ...makeSample('bad', 3), bytes: Buffer.from('PK not really') };
  const answer = await it.run(it.put(broken));
  assert.equal(answer.code, 20);
  assert.deepEqual([it.log(broken).exitCode, it.log(broken).processedRowCount], [20, 0]);
  assert.ok(!fs.existsSync(it.result(broken, '.master.csv')));
  const empty = makeSample('bad', 4, { zeroRows: true });
  const none = await it.run(it.put(empty));
  assert.deepEqual([none.code, it.log(empty).processedRowCount, it.log(empty).confirmation], [0, 0, null]);
  assert.equal((await script(t, 'pipeline/pipeline.js', []).end()).code, 2);
  assert.deepEqual(it.portal.ledger(), []);
});

test('the folder script uploads what is dropped in and puts it where it belongs, results first', TIMEOUT, async (t) => {
  const it = await stage(t);
  const folder = path.join(it.folder, 'watched');
  fs.mkdirSync(folder);
  const watching = script(t, 'pipeline/folder-pipeline.js', ['--folder', folder, '--portal', it.portal.url, '--browser-state', it.browser.stateFile]);
  await watching.printed(/^watching /m);
  const [good, again, bad] = [makeSample('folder', 5), makeSample('folder', 7), { ...makeSample('folder', 6), bytes: Buffer.from('%PDF-1.4 torn') }];
  const drop = (sample, name = sample.name) => {
    fs.writeFileSync(path.join(folder, `.${name}.part`), sample.bytes);
    fs.renameSync(path.join(folder, `.${name}.part`), path.join(folder, name));
  };
  const quoted = (name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  for (const sample of [good, bad, again]) drop(sample);
  await watching.printed(new RegExp(`^Processed ${quoted(good.name)}$`, 'm'));
  await watching.printed(new RegExp(`^Processed ${quoted(again.name)}$`, 'm'));
  await watching.printed(new RegExp(`^Rejected ${quoted(bad.name)}$`, 'm'));
  const results = (sample) => ['.confirmation.json', '.log.json', '.master.csv'].map((suffix) => `${path.parse(sample.name).name}${suffix}`);
  assert.deepEqual(fs.readdirSync(path.join(folder, 'Processed')).sort(), [good.name, again.name, ...results(good), ...results(again)].sort());
  assert.deepEqual(fs.readdirSync(path.join(folder, 'Rejected')).sort(), [bad.name, `${path.parse(bad.name).name}.log.json`].sort());
  drop(good); // the same name later overwrites nothing
  await watching.printed(/Upload Success 10000003/);
  await watching.printed(new RegExp(`Processed ${quoted(good.name)}[\\s\\S]*Processed ${quoted(good.name)}`));
  assert.ok(fs.existsSync(path.join(folder, 'Processed', `${path.parse(good.name).name} (2).pdf`)));
  const { code, errors } = await watching.stop('SIGTERM');
  assert.equal(code, 0);
  assert.equal(errors.trim().split('\n').length, 1);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['.work', 'Processed', 'Rejected']);
  assert.deepEqual(fs.readdirSync(path.join(folder, '.work')), []);
  assert.equal(it.portal.ledger().length, 3);
});
