// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// What happened, and the proof: the portal's own ledger against the files that were dropped.
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { agencyOf } = require('../lib/agencies');

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

function table(headings, rows) {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => String(row[i]).length)));
  const line = (cells) => `  ${cells.map((cell, i) => String(cell).padEnd(widths[i])).join('  ')}`.trimEnd();
  return [line(headings), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/// Files per minute. The clock begins with the acceptance of the first file, `done` are the times the others ended.
function rate(accepted, done) {
  const ms = Math.max(...done) - Math.min(...accepted);
  return { files: done.length, ms, perMinute: (done.length * 60_000) / ms };
}

/// The confirmation number in the results that the script left for this job, or null.
function publishedConfirmation(share, job) {
  if (job.state !== 'done' || !job.place) return null;
  const file = path.join(share, job.place, 'results', `${path.parse(job.name).name}.confirmation.json`);
  try {
    return String(JSON.parse(fs.readFileSync(file, 'utf8')).confirmation);
  } catch {
    return null;
  }
}

/// Each dropped file exactly once in the portal's ledger, and nothing else. Answers { rows, problems }.
function checkLedger(dropped, jobs, ledger, share) {
  const problems = [];
  const rows = dropped.map((file) => {
    const entries = ledger.filter((row) => row.sourceSha256 === file.sha256);
    const mine = jobs.filter((job) => job.name === file.name);
    const [job] = mine;
    if (entries.length === 0) problems.push(`missing in the portal: ${file.name}`);
    if (entries.length > 1) problems.push(`uploaded ${entries.length} times: ${file.name} (confirmations ${entries.map((row) => row.confirmation).join(', ')})`);
    if (mine.length !== 1) problems.push(`${file.name} became ${mine.length} jobs`);
    else if (job.state !== 'done') problems.push(`${file.name} ended as ${job.state}: ${job.detail || job.cause}`);
    const published = job && publishedConfirmation(share, job);
    if (published && entries[0] && published !== String(entries[0].confirmation)) problems.push(`${file.name}: its results say confirmation ${published}, the portal ${entries[0].confirmation}`);
    return { file, job, entry: entries[0] || null, published };
  });
  const known = new Set(dropped.map(({ sha256 }) => sha256));
  for (const row of ledger) if (!known.has(row.sourceSha256)) problems.push(`the portal has something nobody dropped: ${row.source} (${row.confirmation})`);
  return { rows, problems };
}

function verifyAudit(set) {
  try {
    return { ok: true, text: execFileSync(path.join(set.bin, 'dtf-orchestrator'), ['--config', set.config, 'audit', 'verify'], { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] }).trim() };
  } catch (error) {
    return { ok: false, text: `${error.stderr || ''}${error.stdout || ''}`.trim() || error.message };
  }
}

function outcomeWords(job, decisions) {
  const mine = decisions.filter(({ name }) => name === job?.name).map(({ decision }) => (decision === 'done' ? 'marked done by the operator' : 'requeued by the operator'));
  return [job ? job.state : 'never taken up', ...mine].join(', ');
}

function faultLines({ browser, agent }, fate) {
  const lines = [];
  if (browser) {
    lines.push(`browser of ${browser.node} killed (SIGKILL, process ${browser.pid}) during ${browser.doing}`);
    lines.push(browser.backAfter === undefined ? '  it was not back before the end' : `  process running again after ${seconds(browser.startedAfter)}, ready after ${seconds(browser.backAfter)} (process ${browser.newPid}, the same profile, ${browser.loginNeeded ? 'signed in again by a person' : 'still signed in'})`);
    lines.push(`  its file: ${fate(browser.doing)}`);
  } else {
    lines.push('no browser was killed: all files were through before');
  }
  if (agent) {
    lines.push(`agent of ${agent.node} killed (SIGKILL, process ${agent.pid}) during ${agent.doing}`);
    lines.push(agent.backAfter === undefined ? '  it was not back before the end' : `  started again and reporting after ${seconds(agent.backAfter)}; adopted the same browser (process ${agent.browserPid}): ${agent.adopted ? 'yes' : 'NO'}`);
    lines.push(`  its file: ${fate(agent.doing)}`);
  } else {
    lines.push('no agent was killed: all files were through before');
  }
  return lines;
}

module.exports = { table, seconds, rate, checkLedger, verifyAudit, outcomeWords, faultLines, agencyOf };
