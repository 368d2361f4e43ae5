#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { endAll, processesOf } = require('./processes');

const folder = process.argv[2] && path.resolve(process.argv[2]);
if (!folder || !fs.existsSync(path.join(folder, 'tokens.toml'))) {
  process.stderr.write('Usage: stop.js FOLDER   (the folder of a demo that was left running)\n');
  process.exit(2);
}
const found = processesOf(folder).length;
endAll(folder).then((killed) => {
  process.stdout.write(`${found} processes of the demo ended${killed ? `, ${killed} of them had to be killed` : ''}; its files stay in ${folder}\n`);
}, (error) => {
  process.stderr.write(`stop: ${error.message}\n`);
  process.exit(1);
});
