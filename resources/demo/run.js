#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { options, whole } = require('./lib/options');
const { DEMO, makeSetup } = require('./run/setup');
const { Fleet } = require('./run/fleet');
const { Faults } = require('./run/faults');
const { Operator } = require('./run/operator');
const { Watch, ProgressLine } = require('./run/watch');
const { endAll, processesOf, until } = require('./run/processes');
const { table, seconds, rate, checkLedger, verifyAudit, outcomeWords, faultLines, agencyOf } = require('./run/report');

const USAGE = `Usage: run.js [--files N] [--nodes N] [--keep] [--portal-ms N] [--no-faults] [--minutes N] [--bin DIR] [--folder DIR]
  --files N      agency files of the main part (default 30)
  --nodes N      workers, each with an agent and a browser of its own (default 3)
  --keep         leave everything running at the end and say how to end it
  --portal-ms N  how long the portal takes over one upload, simulated (default 2000)
  --no-faults    kill nothing on the way
  --minutes N    give up when not all files are through by then (default 10)
  --bin DIR      where dtf-orchestrator and dtf-agent are (default build/demo/bin)
  --folder DIR   where the demo makes its own folder (default build/demo-run)`;

const ROOT = path.join(DEMO, '..', '..');
const PORTAL_MARGIN_MS = 3000; // an upload whose sender is gone is in the ledger or never will be, this long after the portal's own time
const FAULTS_AFTER = { browser: 0.4, agent: 0.6 }; // of the files done

const line = new ProgressLine();
const say = (text) => line.say(text);

function settings() {
  const text = { type: 'string' };
  const { values } = options({ files: text, nodes: text, keep: { type: 'boolean' }, 'portal-ms': text, 'no-faults': { type: 'boolean' }, minutes: text, bin: text, folder: text }, USAGE);
  return {
    files: whole(values.files || '30', '--files', 1, 2000), nodes: whole(values.nodes || '3', '--nodes', 1, 20), keep: Boolean(values.keep), faults: !values['no-faults'],
    portalMs: whole(values['portal-ms'] || '2000', '--portal-ms', 0, 60_000), deadlineMs: 60_000 * whole(values.minutes || '10', '--minutes', 1, 600),
    bin: path.resolve(values.bin || path.join(ROOT, 'build', 'demo', 'bin')), parent: path.resolve(values.folder || path.join(ROOT, 'build', 'demo-run')),
  };
}

const begun = performance.now();
async function stage(title, work) {
  const from = performance.now();
  say(`== ${title}`);
  const result = await work();
  say(`   done in ${seconds(performance.now() - from)}`);
  return result;
}

/// Makes files as agencies send them and puts them into the share's incoming folder. Answers [{ name, sha256 }].
function drop(set, files, start) {
  const manifest = path.join(set.folder, 'drop', `${start}.jsonl`);
  execFileSync(process.execPath, [path.join(DEMO, 'samples', 'generate.js'), '--out', path.join(set.share, 'incoming'), '--files', String(files), '--start', String(start), '--seed', 'demo', '--manifest', manifest], { stdio: ['ignore', 'ignore', 'inherit'] });
  return fs.readFileSync(manifest, 'utf8').trimEnd().split('\n').map((text) => JSON.parse(text));
}

async function bringUp(fleet) {
  const { set } = fleet;
  await stage('portal and orchestrator', async () => {
    await fleet.startPortal();
    await fleet.startOrchestrator();
    say(`   portal ${set.portalUrl}, orchestrator ${set.url}`);
  });
  await stage(`${set.nodes.length} agents, each starts its browser`, async () => {
    for (const node of set.nodes) fleet.startAgent(node);
    await fleet.browsersAre(set.nodes, ['login_required', 'ready']);
  });
  await stage('signing in to the portal in each browser (here the demo does what a person must do at the VM: nobody can automate the real log-in)', async () => {
    for (const node of set.nodes) await fleet.signIn(node);
    await fleet.browsersAre(set.nodes, ['ready']);
  });
}

/// One node alone, the others paused through the API: what DTF does today.
async function baseline(fleet, watch, count, deadlineMs) {
  const [first, ...others] = fleet.set.nodes;
  const command = async (name, action) => {
    const { ok, detail } = await fleet.api.command(`/nodes/${name}/${action}`, 'the demo measures one node alone');
    if (!ok) throw new Error(`${action} ${name}: ${detail}`);
  };
  for (const { name } of others) await command(name, 'pause');
  const dropped = drop(fleet.set, count, 1);
  const { mine } = await watch.until(dropped.map(({ name }) => name), deadlineMs, ({ state }) => fleet.signInWhereNeeded(state));
  for (const { name } of others) await command(name, 'resume');
  const measured = rate(mine.map((job) => job.accepted), mine.map((job) => job.changed));
  say(`   ${count} files on ${first.name} alone in ${seconds(measured.ms)}: ${measured.perMinute.toFixed(1)} files a minute`);
  return { dropped, measured };
}

async function mainPart(fleet, watch, wanted, first, known) {
  const dropped = drop(fleet.set, wanted.files, first);
  const sourceOf = new Map([...known, ...dropped].map(({ name, sha256 }) => [name, sha256]));
  const operator = new Operator(fleet, sourceOf, wanted.portalMs + PORTAL_MARGIN_MS, say);
  const faults = new Faults(fleet, wanted.files, FAULTS_AFTER, say);
  const each = async (seen) => {
    if (wanted.faults) await faults.look(seen);
    await operator.look(seen.mine);
    for (const name of await fleet.signInWhereNeeded(seen.state)) say(`   ${name} was at the login page: signed in again, in the person's place`);
  };
  const { mine } = await watch.until(dropped.map(({ name }) => name), wanted.deadlineMs, each);
  if (wanted.faults && (faults.browser || faults.agent)) { // the files are through; what was killed must come back all the same
    await until('the return of what was killed', 90_000, async () => {
      await each({ ...(await watch.look()), mine: [], done: [] });
      return (!faults.browser || faults.browser.backAfter !== undefined) && (!faults.agent || faults.agent.backAfter !== undefined);
    }, 300).catch((error) => say(`   ${error.message}`));
  }
  return { dropped, mine, operator, faults };
}

function undisturbed({ mine, faults }) {
  const before = mine.filter((job) => job.changed <= (faults.firstAt ?? Infinity) && job.attempts <= 1);
  return before.length > 1 ? rate(mine.map((job) => job.accepted), before.map((job) => job.changed)) : null;
}

function printReport(fleet, wanted, base, main, ledger, watch, jobs) {
  const { set } = fleet;
  const dropped = [...base.dropped, ...main.dropped];
  const { rows, problems } = checkLedger(dropped, jobs, ledger, set.share);
  const audit = verifyAudit(set);
  const decisions = main.operator.decisions;
  say('\n== REPORT\n');
  say(table(['file', 'agency', 'node', 'runs', 'outcome', 'confirmation', 'time'], rows.map(({ file, job, entry }) => [
    file.name, agencyOf(file.name)?.key || '?', job ? (watch.nodesOf.get(job.job) || [job.node || '-']).join(' > ') : '-', job ? job.attempts : 0, outcomeWords(job, decisions), entry ? entry.confirmation : '-',
    job ? seconds(job.changed - job.accepted) : '-',
  ])));
  say('\nUploads per node:');
  const alone = new Set(base.dropped.map(({ sha256 }) => sha256));
  for (const { name } of set.nodes) {
    const uploads = ledger.filter((row) => row.node === name);
    const before = uploads.filter((row) => alone.has(row.sourceSha256)).length;
    say(`  ${name}: ${uploads.length - before}${before ? `, and ${before} when it worked alone` : ''}`);
  }
  const whole = rate(main.mine.map((job) => job.accepted), main.mine.map((job) => job.changed));
  const clean = undisturbed(main);
  const factor = (measured) => `${measured.files} files in ${seconds(measured.ms)}, ${measured.perMinute.toFixed(1)} a minute, ${(measured.perMinute / base.measured.perMinute).toFixed(2)} times one node`;
  say(`\nThroughput (the portal takes a simulated ${wanted.portalMs} ms over each upload; this machine has ${os.cpus().length} cores for everything, load now ${os.loadavg()[0].toFixed(1)}):`);
  say(`  one node:${' '.repeat(25)}${base.measured.files} files in ${seconds(base.measured.ms)}, ${base.measured.perMinute.toFixed(1)} a minute`);
  if (clean) say(`  ${`${set.nodes.length} nodes, ${main.faults.firstAt ? 'until the first fault' : 'no faults'}:`.padEnd(34)}${factor(clean)}`);
  if (main.faults.firstAt) say(`  ${`${set.nodes.length} nodes, faults included:`.padEnd(34)}${factor(whole)}`);
  if (wanted.faults) {
    say('\nFaults on the way:');
    const plural = (count) => `${count} ${count === 1 ? 'run' : 'runs'}`;
    const fate = (name) => {
      const { job, entry } = rows.find(({ file }) => file.name === name);
      return `${name}: ${outcomeWords(job, decisions)}, ${plural(job.attempts)} on ${(watch.nodesOf.get(job.job) || []).join(' > ')}, in the portal ${entry ? 'once' : 'not at all'}`;
    };
    for (const text of faultLines(main.faults, fate)) say(`  ${text}`);
  }
  if (decisions.length > 0) {
    say('\nHeld for a person, by design (a second upload would pay people twice). The demo was that person and looked into the portal:');
    for (const { name, state, cause, detail, decision, reason } of decisions) say(`  ${name}: ${state}, ${cause} (${detail}); ${reason} -> ${decision}`);
  }
  say(`\nThe portal's ledger: ${ledger.length} uploads for ${dropped.length} files${problems.length === 0 ? ', each file exactly once' : ''}`);
  for (const problem of problems) say(`  PROBLEM ${problem}`);
  say(`Audit: ${audit.text}`);
  if (!audit.ok) problems.push('the audit does not verify');
  if (main.faults.agent?.adopted === false) problems.push(`the agent of ${main.faults.agent.node} did not adopt its living browser`);
  return problems;
}

function printPlaces(set, running) {
  const ctl = path.join(set.bin, 'dtf-ctl');
  say(`\nWhere to look (below ${set.folder}):`);
  say('  share/completed/<day>/<job>~<file>/results   what the script left, and manifest.json');
  say('  share/logs/<node>/                           each run\'s log; <node>/agent.log, orchestrator/orchestrator.log');
  say('  portal/ledger.jsonl                          what the portal received');
  say('  orchestrator/orchestrator.toml, <node>/agent.toml, tokens.toml');
  if (!running) return;
  say(`  portal ${set.portalUrl}/   orchestrator ${set.url}/api/v1/state (token in operator.token)`);
  if (fs.existsSync(ctl)) say(`  export DTF_SERVER=${set.url} DTF_TOKEN_FILE=${path.join(set.folder, 'operator.token')}\n  ${ctl} state    (or: nodes, jobs, alerts, audit, why FILE, log FILE, --help)`);
  say(`\nEverything is still running. New files: ${path.join(set.share, 'incoming')}. To end it: ${set.stopScript}`);
}

let folder = null;
let interrupted = false; // what breaks while everything is being ended is no news
async function cleanUp() {
  if (!folder) return;
  const count = processesOf(folder).length;
  const killed = await endAll(folder);
  say(`\n${count} processes ended${killed ? `, ${killed} of them had to be killed` : ''}; none is left. The files stay in ${folder}`);
}

async function main() {
  const wanted = settings();
  for (const program of ['dtf-orchestrator', 'dtf-agent']) {
    if (!fs.existsSync(path.join(wanted.bin, program))) throw new Error(`${path.join(wanted.bin, program)} is missing: build it first (installer/demo does)`);
  }
  const set = await makeSetup(wanted);
  folder = set.folder;
  say(`The demo's folder: ${folder}`);
  const fleet = new Fleet(set);
  const watch = new Watch(fleet, line);
  await bringUp(fleet);
  await fleet.portal.slow(wanted.portalMs);
  const few = Math.max(1, Math.min(6, Math.floor(wanted.files / 3)));
  const base = await stage(`${few} files on one node, as today`, () => baseline(fleet, watch, few, wanted.deadlineMs));
  const part = await stage(`${wanted.files} files on ${wanted.nodes} nodes`, () => mainPart(fleet, watch, wanted, few + 1, base.dropped));
  const problems = printReport(fleet, wanted, base, part, await fleet.portal.ledger(), watch, await fleet.api.jobs());
  printPlaces(set, wanted.keep);
  if (!wanted.keep) await cleanUp();
  say(`\n${problems.length === 0 ? 'The demo went well' : `THE DEMO FAILED: ${problems.join('; ')}`} (${seconds(performance.now() - begun)})`);
  return problems.length === 0 ? 0 : 1;
}

function failed(error) {
  if (interrupted) return;
  say(`\nTHE DEMO FAILED: ${error.message}`);
  if (folder) say(`See the logs below ${folder}`);
  cleanUp().then(() => process.exit(1), (second) => {
    say(`and not everything could be ended: ${second.message}`);
    process.exit(1);
  });
}

for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
  process.once(name, () => {
    interrupted = true;
    cleanUp().finally(() => process.exit(code));
  });
}
main().then((code) => { if (!interrupted) process.exit(code); }, failed);
