#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const path = require('node:path');
const { options } = require('../lib/options');
const { EXIT } = require('./errors');
const { OPTIONS, HELP, settingsOf } = require('./settings');
const { runFile } = require('./run');

const USAGE = `Usage: pipeline.js [FILE] [--out DIR] [options]
  FILE                  the agency file under its original name (or DTF_FILE)
  --out DIR             where results go (or DTF_OUT; default: beside FILE)
${HELP}`;

async function main() {
  const { values, positionals } = options({ ...OPTIONS, out: { type: 'string' } }, USAGE, EXIT.usage);
  const file = positionals[0] || process.env.DTF_FILE;
  if (!file || positionals.length > 1) throw new Error(`one FILE is needed\n${USAGE}`);
  const log = await runFile({ file, out: values.out || process.env.DTF_OUT || path.dirname(file), ...settingsOf(values) });
  return log.exitCode;
}

main().then((code) => process.exit(code), (error) => {
  process.stderr.write(`pipeline: ${error.message}\n`);
  process.exit(EXIT.usage);
});
