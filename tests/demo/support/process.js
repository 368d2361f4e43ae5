// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const DEMO = path.join(__dirname, '..', '..', '..', 'resources', 'demo');
const DEADLINE_MS = 30_000;

/// `promise`, or a failure that says what was waited for.
function withDeadline(promise, what, milliseconds = DEADLINE_MS) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms for ${what}`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const undoing = new WeakMap(); // test → what it must undo

/// Undone at the end of the test, last first and all of them (the runner's own order is first first).
function atEnd(t, undo) {
  if (!undoing.has(t)) {
    undoing.set(t, []);
    t.after(async () => {
      const failures = [];
      for (const step of undoing.get(t).reverse()) await Promise.resolve().then(step).catch((error) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    });
  }
  undoing.get(t).push(undo);
}

/// A child process whose output can be waited for; ended with the test.
class Child {
  constructor(t, program, args, env = {}) {
    this.output = '';
    this.errors = '';
    this.waiting = [];
    this.process = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve, reject) => {
      this.process.on('error', reject);
      this.process.on('close', (code, signal) => {
        resolve({ code, signal, output: this.output, errors: this.errors });
        this.#look(true);
      });
    });
    this.ended.catch(() => {});
    this.process.stdout.setEncoding('utf8').on('data', (text) => {
      this.output += text;
      this.#look();
    });
    this.process.stderr.setEncoding('utf8').on('data', (text) => {
      this.errors += text;
      this.#look();
    });
    atEnd(t, () => this.stop('SIGKILL'));
  }

  #look(over = false) {
    this.waiting = this.waiting.filter(({ pattern, resolve, reject }) => {
      const match = pattern.exec(this.output) || pattern.exec(this.errors);
      if (match) resolve(match);
      else if (over) reject(new Error(`ended without ${pattern}\n${this.output}\n${this.errors}`));
      return !match && !over;
    });
  }

  /// The first match of a pattern in what it has printed, now or later.
  printed(pattern) {
    const promise = new Promise((resolve, reject) => this.waiting.push({ pattern, resolve, reject }));
    this.#look();
    return withDeadline(promise, `${pattern} in the output`);
  }

  end() {
    return withDeadline(this.ended, 'the end of the process');
  }

  stop(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    return this.end();
  }
}

/// A script of the demo under this Node.js.
const script = (t, name, args, env) => new Child(t, process.execPath, [path.join(DEMO, name), ...args], env);

function temporaryFolder(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dtf-demo-'));
  atEnd(t, () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })); // Chromium's children write on for a moment
  return folder;
}

module.exports = { DEMO, Child, script, temporaryFolder, withDeadline, atEnd };
