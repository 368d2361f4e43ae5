// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// The state of all files, seen through the API, and the line that shows it.
const { pause } = require('./processes');

const LOOK_MS = 300;
const PLAIN_LINE_MS = 5000;
const FINAL = new Set(['done', 'rejected', 'withdrawn']);
const STUCK = new Set(['hold', 'failed']); // a person's turn

const QUIET = new Set(['ready', 'busy', 'paused']); // node states that need no word: the counts and the pause tell
const stateWords = { waiting: 'waiting', moving: 'waiting', assigned: 'waiting', running: 'running', in_doubt: 'in doubt', publishing: 'running' };

class ProgressLine {
  constructor(out = process.stdout) {
    this.out = out;
    this.last = '';
    this.shownAt = 0;
  }

  show(text) {
    if (text === this.last) return;
    if (this.out.isTTY) {
      this.out.write(`\r\u001b[K${text.slice(0, (this.out.columns || 100) - 1)}`);
    } else {
      if (performance.now() - this.shownAt < PLAIN_LINE_MS) return;
      this.out.write(`${text}\n`);
    }
    this.last = text;
    this.shownAt = performance.now();
  }

  /// A line that stays.
  say(text) {
    this.out.write(this.out.isTTY ? `\r\u001b[K${text}\n` : `${text}\n`);
    this.last = '';
  }
}

class Watch {
  constructor(fleet, line) {
    this.fleet = fleet;
    this.line = line;
    this.nodesOf = new Map(); // job → nodes that ran it, in order
  }

  async look() {
    const [state, jobs] = await Promise.all([this.fleet.api.state(), this.fleet.api.jobs()]);
    for (const job of jobs) {
      if (job.state !== 'running' || !job.node) continue;
      const nodes = this.nodesOf.get(job.job) || [];
      if (nodes.at(-1) !== job.node) this.nodesOf.set(job.job, [...nodes, job.node]);
    }
    return { state, jobs };
  }

  /// Looks again and again until every file of `names` has its end. `each({ state, mine, done })` may act at every look.
  /// Throws after `ms`, with what is still open.
  async until(names, ms, each) {
    const wanted = new Set(names);
    const end = performance.now() + ms;
    for (;;) {
      const { state, jobs } = await this.look();
      const mine = jobs.filter((job) => wanted.has(job.name));
      const done = mine.filter((job) => FINAL.has(job.state));
      await each({ state, mine, done });
      this.line.show(this.#words(wanted.size, mine, done, state));
      if (done.length === wanted.size) return { state, mine };
      if (performance.now() > end) {
        const open = mine.filter((job) => !FINAL.has(job.state)).map((job) => `  ${job.name}: ${job.state} ${job.node || ''} ${job.detail || ''}`);
        throw new Error(`not through after ${Math.round(ms / 1000)} s: ${wanted.size - done.length} of ${wanted.size} files, ${wanted.size - mine.length} of them never taken up\n${open.join('\n')}`);
      }
      await pause(LOOK_MS);
    }
  }

  #words(total, mine, done, state) {
    const nodes = state.nodes.map(({ node, state: nodeState, paused }) => {
      const on = mine.filter((job) => job.node === node);
      const count = (word) => on.filter((job) => stateWords[job.state] === word).length;
      const ended = done.filter((job) => job.node === node).length;
      return `${node} ${ended} done${count('running') ? ', 1 running' : ''}${QUIET.has(nodeState) ? '' : `, ${nodeState}`}${paused ? ', paused' : ''}`;
    });
    const held = mine.filter((job) => STUCK.has(job.state)).length;
    const running = mine.filter((job) => stateWords[job.state] === 'running').length;
    return `${done.length}/${total} done, ${running} running, ${held} held, ${total - done.length - running - held} waiting | ${nodes.join(' | ')}`;
  }
}

module.exports = { Watch, ProgressLine, FINAL, STUCK };
