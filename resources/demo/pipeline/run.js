// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { endpoint } = require('../lib/browser');
const { EXIT, PipelineError } = require('./errors');
const { readAgencyFile } = require('./read');
const { masterCsv, periodOf, summary } = require('./master');
const { uploadMaster } = require('./upload');

/// A result appears whole or not at all.
function writeWhole(file, text) {
  fs.writeFileSync(`${file}.part`, text);
  fs.renameSync(`${file}.part`, file);
}

/// One line on standard output, handed over before it resolves.
const say = (line) => new Promise((resolve) => { process.stdout.write(`${line}\n`, resolve); });

/// Whose run this is, from the environment; all of it is optional.
function runOf(env) {
  return { job: env.DTF_JOB || null, attempt: Number(env.DTF_ATTEMPT) || null, node: env.DTF_NODE || null, idempotencyKey: env.DTF_IDEMPOTENCY_KEY || null };
}

/// Runs one agency file: reads it, writes <stem>.master.csv and <stem>.log.json to `out`, uploads (unless `portal` is null) and
/// writes <stem>.confirmation.json. Resolves with the log, whose exitCode says how it ended; never rejects for a bad file or portal.
async function runFile({ file, out, portal, browserState = null, loginPattern = /\/login/, timeoutMs = 60_000, env = process.env }) {
  const began = Date.now();
  const name = path.basename(file);
  const stem = path.parse(name).name;
  const result = (suffix) => path.join(out, `${stem}${suffix}`);
  const log = { file: name, ...runOf(env), began: new Date(began).toISOString(), processedRowCount: 0, confirmation: null, exitCode: null, error: null };
  const keep = () => writeWhole(result('.log.json'), `${JSON.stringify({ ...log, durationMs: Date.now() - began }, null, 2)}\n`);
  fs.mkdirSync(out, { recursive: true });
  try {
    const { agency, format, records } = readAgencyFile(file);
    Object.assign(log, { agency: agency.key, format, ...summary(records) });
    writeWhole(result('.master.csv'), masterCsv(agency, records, name));
    keep();
    await say(`Transformed ${name}: ${records.length} rows for ${agency.name}`);
    if (portal && records.length > 0) {
      const fields = {
        agency: agency.key, period: periodOf(records), rows: String(records.length), job: log.job || '', attempt: String(log.attempt || ''), node: log.node || '',
        idempotencyKey: log.idempotencyKey || '', source: name, sourceSha256: crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex'),
      };
      log.confirmation = await uploadMaster({
        endpoint: await endpoint(browserState, env).catch((error) => { throw new PipelineError(EXIT.noBrowser, error.message); }),
        portal, loginPattern, master: result('.master.csv'), fields, timeoutMs, onBegin: () => say('UPLOAD BEGIN'),
      });
      await say(`Upload Success ${log.confirmation}`);
      writeWhole(result('.confirmation.json'), `${JSON.stringify({ confirmation: log.confirmation, ...fields }, null, 2)}\n`);
    }
    log.exitCode = EXIT.ok;
  } catch (error) {
    log.exitCode = error.exitCode || (log.confirmation ? EXIT.afterSubmit : EXIT.internal);
    log.error = error.message;
    process.stderr.write(`${name}: ${error.message}\n`);
    if (!error.exitCode) process.stderr.write(`${error.stack}\n`);
  }
  keep();
  return log;
}

module.exports = { runFile, writeWhole, say };
