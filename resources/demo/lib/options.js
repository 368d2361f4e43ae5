// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { parseArgs } = require('node:util');

/// Command line of a script: { values, positionals }. A mistake prints the usage and ends the process with `usageExit`.
function options(spec, usage, usageExit = 2) {
  try {
    const parsed = parseArgs({ options: { ...spec, help: { type: 'boolean' } }, allowPositionals: true, strict: true });
    if (parsed.values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    return parsed;
  } catch (error) {
    process.stderr.write(`${error.message}\n${usage}\n`);
    return process.exit(usageExit);
  }
}

/// A whole number between `low` and `high`, or an error that names the option.
function whole(text, name, low, high) {
  const value = /^\d{1,15}$/.test(String(text)) ? Number(text) : NaN;
  if (!(value >= low && value <= high)) throw new Error(`${name} must be a whole number from ${low} to ${high}`);
  return value;
}

module.exports = { options, whole };
