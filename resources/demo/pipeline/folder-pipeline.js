#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { options } = require('../lib/options');
const { EXIT } = require('./errors');
const { OPTIONS, HELP, settingsOf } = require('./settings');
const { runFile, say } = require('./run');

const USAGE = `Usage: folder-pipeline.js --folder DIR [options]
  --folder DIR          watched: each file dropped here ends in DIR/Processed or DIR/Rejected, with its results
${HELP}`;

const LOOK_EVERY_MS = 200; // by looking, not by watching: network folders tell nothing
const SETTLE_MS = 400; // a file unchanged this long is complete
const IGNORED = /^\.|^~\$|\.(part|tmp|crdownload)$/i;

class FolderPipeline {
  constructor(folder, settings) {
    this.folder = folder;
    this.settings = settings;
    this.seen = new Map(); // name → { stamp, since }: what it looked like and since when
    this.undelivered = new Map(); // name → { work, ok }: run, but something still holds a file; never run again
    this.stopping = false;
    for (const name of ['Processed', 'Rejected', '.work']) fs.mkdirSync(path.join(folder, name), { recursive: true });
  }

  /// Names of complete files, in order of their names.
  ready() {
    const now = performance.now();
    const found = new Map();
    for (const entry of fs.readdirSync(this.folder, { withFileTypes: true })) {
      if (!entry.isFile() || IGNORED.test(entry.name) || this.undelivered.has(entry.name)) continue;
      const stat = fs.statSync(path.join(this.folder, entry.name), { throwIfNoEntry: false });
      if (!stat) continue;
      const stamp = `${stat.size} ${stat.mtimeMs} ${stat.ino}`;
      const before = this.seen.get(entry.name);
      found.set(entry.name, before && before.stamp === stamp ? before : { stamp, since: now });
    }
    this.seen = found;
    return [...found].filter(([, { since }]) => now - since >= SETTLE_MS).map(([name]) => name).sort();
  }

  /// A name in `where` that nothing has yet: results are never overwritten.
  #freeName(where, name) {
    const { name: stem, ext } = path.parse(name);
    for (let n = 1; ; n += 1) {
      const candidate = path.join(where, n === 1 ? name : `${stem} (${n})${ext}`);
      if (!fs.existsSync(candidate)) return candidate;
    }
  }

  async #run(name) {
    const work = fs.mkdtempSync(path.join(this.folder, '.work', 'run-'));
    const log = await runFile({ file: path.join(this.folder, name), out: work, ...this.settings });
    this.seen.delete(name);
    this.undelivered.set(name, { work, ok: log.exitCode === EXIT.ok });
  }

  /// The results first, then the file itself: once it is there, so are they. What is held by someone is tried again at the next look.
  async #deliver(name, { work, ok }) {
    const where = path.join(this.folder, ok ? 'Processed' : 'Rejected');
    try {
      for (const result of fs.readdirSync(work).sort()) fs.renameSync(path.join(work, result), this.#freeName(where, result));
      fs.renameSync(path.join(this.folder, name), this.#freeName(where, name));
      fs.rmdirSync(work);
    } catch (error) {
      if (error.code !== 'ENOENT') return;
      process.stderr.write(`${name}: ${error.message}\n`); // someone took the file away meanwhile
    }
    this.undelivered.delete(name);
    await say(`${ok ? 'Processed' : 'Rejected'} ${name}`);
  }

  async #deliverAll() {
    for (const [name, outcome] of [...this.undelivered]) await this.#deliver(name, outcome);
  }

  async run() {
    let endPause = () => {};
    const stop = () => {
      this.stopping = true;
      endPause();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    await say(`watching ${this.folder}`);
    while (!this.stopping) {
      for (const name of this.ready()) {
        if (!this.stopping) await this.#run(name);
        await this.#deliverAll();
      }
      await this.#deliverAll();
      if (this.stopping) return;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, LOOK_EVERY_MS);
        endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

async function main() {
  const { values } = options({ ...OPTIONS, folder: { type: 'string' } }, USAGE, EXIT.usage);
  if (!values.folder) throw new Error(`--folder is needed\n${USAGE}`);
  await new FolderPipeline(path.resolve(values.folder), settingsOf(values)).run();
}

main().then(() => process.exit(EXIT.ok), (error) => {
  process.stderr.write(`folder-pipeline: ${error.message}\n`);
  process.exit(EXIT.usage);
});
