// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// What goes wrong on the way, on purpose: one browser and one agent are killed (SIGKILL) while they work.
const { signal, isAlive, processEntry } = require('./processes');

const AGENT_AWAY_MS = 4000;

class Faults {
  /// `after`: { browser, agent }: shares of the files that are done before each.
  constructor(fleet, total, after, say) {
    Object.assign(this, { fleet, total, after, say });
    this.browser = null; // { node, pid, at, doing, backAfter, newPid, loginNeeded }
    this.agent = null; // { node, pid, at, doing, browserPid, backAfter, adopted }
    this.firstAt = null; // wall clock of the first
    this.doneBefore = 0;
  }

  get over() {
    return Boolean(this.browser?.backAfter !== undefined && this.agent?.backAfter !== undefined);
  }

  async look({ state, mine, done }) {
    if (!this.browser && done.length >= this.total * this.after.browser) this.#killBrowser(mine, done);
    else if (this.browser && this.browser.backAfter === undefined) this.#watchBrowser(state);
    if (!this.agent && this.browser && done.length >= this.total * this.after.agent) this.#killAgent(mine, done);
    else if (this.agent && this.agent.backAfter === undefined) this.#watchAgent(state);
  }

  /// A node with a file in its hands, if possible another than `not`, with a living browser.
  #victim(mine, not) {
    const running = mine.filter((job) => job.state === 'running');
    const nodes = this.fleet.set.nodes.filter((node) => running.some((job) => job.node === node.name) && this.fleet.browserOf(node));
    const node = nodes.find(({ name }) => name !== not) || (this.fleet.set.nodes.length === 1 && this.browser?.backAfter !== undefined ? nodes[0] : null);
    return node && { node, doing: running.find((job) => job.node === node.name) };
  }

  #note(done) {
    this.firstAt ??= Date.now();
    this.doneBefore ||= done.length;
  }

  #killBrowser(mine, done) {
    const victim = this.#victim(mine, null);
    if (!victim) return; // at the next look
    const main = this.fleet.browserOf(victim.node);
    this.#note(done);
    this.browser = { node: victim.node.name, pid: main.pid, at: performance.now(), doing: victim.doing.name };
    signal(main, 'SIGKILL');
    this.say(`   fault: the browser of ${victim.node.name} was killed (process ${main.pid}) during ${victim.doing.name}`);
  }

  #watchBrowser(state) {
    const node = this.fleet.set.nodes.find(({ name }) => name === this.browser.node);
    const beat = state.nodes.find((view) => view.node === node.name)?.heartbeat;
    const main = this.fleet.browserOf(node);
    if (!main || main.pid === this.browser.pid) return;
    this.browser.startedAfter ??= performance.now() - this.browser.at;
    if (beat?.browser_state === 'login_required') this.browser.loginNeeded = true;
    if (beat?.browser_state !== 'ready') return;
    this.browser.backAfter = performance.now() - this.browser.at;
    this.browser.newPid = main.pid;
    this.say(`   the browser of ${node.name} is back and ready after ${(this.browser.backAfter / 1000).toFixed(1)} s (process ${main.pid})${this.browser.loginNeeded ? ', after a new sign-in' : ', still signed in'}`);
  }

  #killAgent(mine, done) {
    const victim = this.#victim(mine, this.browser.node);
    if (!victim) return;
    const { node, doing } = victim;
    this.#note(done);
    this.agent = { node: node.name, pid: node.process.pid, boot: null, at: performance.now(), doing: doing.name, browserPid: this.fleet.browserOf(node).pid };
    signal(node.process, 'SIGKILL');
    this.say(`   fault: the agent of ${node.name} was killed (process ${node.process.pid}) during ${doing.name}; it is started again in ${AGENT_AWAY_MS / 1000} s`);
    setTimeout(() => {
      this.agent.gone = !isAlive(node.process);
      this.fleet.startAgent(node);
      this.agent.newPid = node.process.pid;
    }, AGENT_AWAY_MS);
  }

  #watchAgent(state) {
    const node = this.fleet.set.nodes.find(({ name }) => name === this.agent.node);
    const beat = state.nodes.find((view) => view.node === node.name)?.heartbeat;
    this.agent.boot ??= beat?.boot;
    if (!this.agent.newPid || beat?.boot === this.agent.boot || beat?.browser_state !== 'ready') return;
    if (!processEntry(this.agent.newPid)) throw new Error(`the agent of ${node.name} ended again, see ${node.log}`);
    this.agent.backAfter = performance.now() - this.agent.at;
    this.agent.adopted = this.fleet.browserOf(node)?.pid === this.agent.browserPid;
    this.say(`   the agent of ${node.name} is back after ${(this.agent.backAfter / 1000).toFixed(1)} s, with ${this.agent.adopted ? 'the same browser' : 'another browser'} (process ${this.fleet.browserOf(node)?.pid})`);
  }
}

module.exports = { Faults };
