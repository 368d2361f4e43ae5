// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// A file that may have been uploaded is held for a person, by design: a second upload would pay people twice. Here the demo is that
// person: it looks into the portal's ledger for the file's content and then says "done" or "requeue", as the ops staff would.
const { STUCK } = require('./watch');

const MOST_DECISIONS = 3; // per file

class Operator {
  /// `sourceOf`: name → sha256 of the file. `waitMs`: how long the portal may still be busy with an upload whose sender is gone.
  constructor(fleet, sourceOf, waitMs, say) {
    Object.assign(this, { fleet, sourceOf, waitMs, say });
    this.seen = new Map(); // job and epoch → first seen held
    this.decisions = []; // { name, job, cause, decision, reason }
  }

  async look(jobs) {
    const now = performance.now();
    for (const job of jobs.filter(({ state }) => STUCK.has(state))) {
      const key = `${job.job} ${job.epoch} ${job.state}`;
      if (!this.seen.has(key)) this.seen.set(key, { since: now, settled: false });
      const held = this.seen.get(key);
      if (!held.settled && now - held.since >= this.waitMs) held.settled = await this.#decide(job);
    }
  }

  async #decide(job) {
    const earlier = this.decisions.filter(({ name }) => name === job.name).length;
    if (earlier >= MOST_DECISIONS) throw new Error(`${job.name} came back to the operator for the ${earlier + 1}th time: ${job.cause}: ${job.detail}`);
    const rows = (await this.fleet.portal.ledger()).filter((row) => row.sourceSha256 === this.sourceOf.get(job.name));
    const decision = rows.length > 0 ? 'done' : 'requeue';
    const reason = rows.length > 0 ? `the portal has it: confirmation ${rows[0].confirmation}` : 'the portal does not have it';
    const answer = await this.fleet.api.command(`/jobs/${job.job}/${decision}`, reason, { epoch: job.epoch, state: job.state });
    if (!answer.ok) {
      this.say(`   operator: ${decision} of ${job.name} was refused: ${answer.detail}`);
      return false; // looked at again, with its new state
    }
    this.decisions.push({ name: job.name, job: job.job, state: job.state, cause: job.cause || 'none', detail: job.detail || '', decision, reason });
    this.say(`   operator: ${job.name} is in ${job.state} (${job.cause}); ${reason} -> ${decision}`);
    return true;
  }
}

module.exports = { Operator };
