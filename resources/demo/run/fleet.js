// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// The running parts of the demo: portal, orchestrator, agents, and the person who signs in.
const fs = require('node:fs');
const path = require('node:path');
const { Api, Portal } = require('./api');
const { DEMO } = require('./setup');
const { start, isAlive, processEntry, commandLine, until } = require('./processes');
const { connect, fromPort } = require('../lib/browser');
const { login } = require('../login');

const START_MS = 60_000;
const BROWSER_MS = 90_000; // several browsers starting at once on two cores

const lastLines = (file) => fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-6).join('\n');

class Fleet {
  constructor(set) {
    this.set = set;
    this.api = new Api(set.url, set.token);
    this.portal = new Portal(set.portalUrl);
    this.signedIn = new Map(); // node → how often
    this.failedLogins = new Map();
    this.busy = new Set(); // nodes that someone is signing in to now
  }

  async startPortal() {
    const log = path.join(this.set.folder, 'portal', 'portal.log');
    const script = path.join(DEMO, 'portal', 'portal.js');
    const entry = start(this.set.folder, log, process.execPath, [script, '--port', String(this.set.portalPort), '--ledger', this.ledgerFile, '--state', path.join(this.set.folder, 'portal', 'state')]);
    await this.#answers('the portal', entry, log, () => this.portal.ledger());
  }

  get ledgerFile() {
    return path.join(this.set.folder, 'portal', 'ledger.jsonl');
  }

  async startOrchestrator() {
    const log = path.join(this.set.folder, 'orchestrator', 'orchestrator.log');
    const entry = start(this.set.folder, log, path.join(this.set.bin, 'dtf-orchestrator'), ['--config', this.set.config]);
    await this.#answers('the orchestrator', entry, log, () => this.api.state());
  }

  #answers(what, entry, log, ask) {
    return until(`${what} (${log})`, START_MS, async () => {
      if (!isAlive(entry)) throw new Error(`${what} ended at its start:\n${lastLines(log)}`);
      return ask().then(() => true, () => false);
    });
  }

  startAgent(node) {
    node.process = start(this.set.folder, node.log, path.join(this.set.bin, 'dtf-agent'), ['--config', node.config]);
  }

  /// The main process of the node's browser as the agent's identity file names it: { pid, started, port }, or null while there is none.
  browserOf(node) {
    let identity;
    try {
      identity = JSON.parse(fs.readFileSync(path.join(node.folder, 'state', 'browser.json'), 'utf8'));
    } catch {
      return null;
    }
    const entry = processEntry(identity.pid);
    return entry && commandLine(entry.pid).includes(path.join(node.folder, 'profile')) ? { ...entry, port: identity.port } : null;
  }

  /// Until the orchestrator says of each node that its browser is `wanted` (one of).
  async browsersAre(nodes, wanted, ms = BROWSER_MS) {
    let seen = '';
    await until('the browsers', ms, async () => {
      const state = await this.api.state();
      const words = nodes.map(({ name }) => state.nodes.find((node) => node.node === name)?.heartbeat?.browser_state || 'not heard of');
      seen = nodes.map((node, i) => `${node.name} ${words[i]}`).join(', ');
      return words.every((word) => wanted.includes(word));
    }, 300).catch((error) => { throw new Error(`${error.message}: ${seen}`); });
  }

  /// What a person does at the VM's screen: signs in to the portal in the browser that is open there.
  async signIn(node) {
    const browser = await connect(await fromPort(this.browserOf(node)?.port || node.port));
    try {
      await login(browser, this.set.portalUrl);
      this.signedIn.set(node.name, (this.signedIn.get(node.name) || 0) + 1);
    } finally {
      await browser.disconnect();
    }
  }

  /// Signs in again wherever the orchestrator says that a person is needed. Answers the names of those nodes.
  async signInWhereNeeded(state) {
    const needed = this.set.nodes.filter((node) => !this.busy.has(node.name) && state.nodes.find(({ node: name }) => name === node.name)?.heartbeat?.browser_state === 'login_required');
    await Promise.all(needed.map(async (node) => {
      this.busy.add(node.name);
      await this.signIn(node).catch((error) => this.#loginFailed(node, error));
      setTimeout(() => this.busy.delete(node.name), 3000).unref(); // until the node has told its new state
    }));
    return needed.map(({ name }) => name);
  }

  #loginFailed(node, error) {
    const times = (this.failedLogins.get(node.name) || 0) + 1;
    this.failedLogins.set(node.name, times);
    if (times >= 5) throw new Error(`signing in on ${node.name}: ${error.message}`);
  }
}

module.exports = { Fleet };
