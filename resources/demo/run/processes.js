// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Starting programs and ending exactly those: everything the demo starts carries DTF_DEMO_RUN=<its folder> in its environment,
// what that starts inherits it, and only such processes are ever signalled, by their number.
const fs = require('node:fs');
const path = require('node:path');
const { spawn } = require('node:child_process');

const MARKER = 'DTF_DEMO_RUN';
const POLITE_MS = 8000; // from SIGTERM to SIGKILL
const GONE_MS = 15_000;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/// Calls `look` every `everyMs` until it answers something true, which is returned; throws after `ms`.
async function until(what, ms, look, everyMs = 150) {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`waited ${Math.round(ms / 1000)} s in vain for ${what}`);
    await pause(everyMs);
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return ''; // ended meanwhile, or another user's
  }
}

/// { pid, parent, started } of a living process, or null. `started` tells a number that was given to another process since.
function processEntry(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields.length < 20 || 'ZXx'.includes(fields[0])) return null;
  return { pid: Number(pid), parent: Number(fields[1]), started: fields[19] };
}

const isAlive = (entry) => processEntry(entry.pid)?.started === entry.started;
const commandLine = (pid) => read(`/proc/${pid}/cmdline`).split('\0').join(' ');

/// Every living process of the demo in `folder`: by its environment, by its command line (a browser's children overwrite their
/// environment), or by descent from one of these. Never this process itself.
function processesOf(folder) {
  const all = new Map();
  for (const name of fs.readdirSync('/proc')) {
    const entry = /^\d+$/.test(name) && Number(name) !== process.pid ? processEntry(name) : null;
    if (entry) all.set(entry.pid, entry);
  }
  const marked = Buffer.from(`${MARKER}=${folder}\0`).toString('latin1');
  const profile = Buffer.from(`--user-data-dir=${folder}${path.sep}`).toString('latin1');
  const ours = new Set();
  for (const pid of all.keys()) {
    if (`${read(`/proc/${pid}/environ`)}\0`.includes(marked) || commandLine(pid).includes(profile)) ours.add(pid);
  }
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all.values()) {
      if (ours.has(parent) && !ours.has(pid)) grown = ours.add(pid).size > 0;
    }
  }
  return [...ours].map((pid) => all.get(pid));
}

function signal(entry, name) {
  try {
    if (isAlive(entry)) process.kill(entry.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/// Starts a program in a session of its own; its output is appended to `log`. Answers { pid, started }.
function start(folder, log, program, args, env = {}) {
  const out = fs.openSync(log, 'a', 0o600);
  try {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', out, out], cwd: folder, env: { ...process.env, ...env, [MARKER]: folder } });
    child.on('error', (error) => fs.appendFileSync(log, `${program}: ${error.message}\n`));
    child.unref();
    if (!child.pid) throw new Error(`${program} could not be started`);
    return processEntry(child.pid) || { pid: child.pid, started: '' };
  } finally {
    fs.closeSync(out);
  }
}

/// Asks every process of the demo to end, then insists, and waits until none is left. Answers the number that had to be killed.
async function endAll(folder) {
  const list = () => processesOf(folder);
  for (const entry of list()) signal(entry, 'SIGTERM');
  await until('the end of all processes', POLITE_MS, () => list().length === 0).catch(() => {});
  const stubborn = list();
  for (const entry of stubborn) signal(entry, 'SIGKILL');
  await until('the end of killed processes', GONE_MS, () => {
    const left = list();
    for (const entry of left) signal(entry, 'SIGKILL'); // born in between
    return left.length === 0;
  });
  return stubborn.length;
}

module.exports = { start, endAll, processesOf, processEntry, isAlive, signal, commandLine, until, pause };
