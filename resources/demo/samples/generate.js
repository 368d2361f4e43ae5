#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { AGENCIES } = require('../lib/agencies');
const { options, whole } = require('../lib/options');
const { makeSample } = require('./sample');

const USAGE = `Usage: generate.js --out DIR --files N [--seed S] [--start N] [--rows MIN-MAX] [--agency KEY[,KEY]] [--zero-rows N] [--manifest FILE]
  --seed S          same seed, same files (default demo)
  --start N         number of the first file (default 1); goes on where an earlier call ended
  --rows MIN-MAX    lines per file, at most 999 (default 3-40)
  --agency KEY,…    only these: ${AGENCIES.map((agency) => agency.key).join(' ')}
  --zero-rows N     the last N files have headings but no lines
  --manifest FILE   one JSON line per file: name, sha256, bytes, agency, format, rows`;

/// Producers' manners: never a half file under its final name.
function writeWhole(directory, name, bytes) {
  const temporary = path.join(directory, `.${crypto.createHash('sha1').update(name).digest('hex')}.part`);
  fs.writeFileSync(temporary, bytes);
  fs.renameSync(temporary, path.join(directory, name));
}

function main() {
  const text = { type: 'string' };
  const { values } = options({ out: text, files: text, seed: text, start: text, rows: text, agency: text, 'zero-rows': text, manifest: text }, USAGE);
  if (!values.out || !values.files) throw new Error(`--out and --files are needed\n${USAGE}`);
  const files = whole(values.files, '--files', 1, 1_000_000);
  const start = whole(values.start || '1', '--start', 1, 900_000);
  const empty = whole(values['zero-rows'] || '0', '--zero-rows', 0, files);
  const range = /^(\d{1,3})-(\d{1,3})$/.exec(values.rows || '3-40');
  if (!range || Number(range[1]) < 1 || Number(range[1]) > Number(range[2])) throw new Error('--rows must look like 3-40');
  const agencies = values.agency ? values.agency.toUpperCase().split(',') : null;
  const unknown = (agencies || []).find((key) => !AGENCIES.some((agency) => agency.key === key));
  if (unknown) throw new Error(`there is no agency ${unknown}`);
  fs.mkdirSync(values.out, { recursive: true });
  const manifest = [];
  for (let n = 0; n < files; n += 1) {
    const sample = makeSample(values.seed || 'demo', start + n, { minRows: Number(range[1]), maxRows: Number(range[2]), agencies, zeroRows: n >= files - empty });
    writeWhole(values.out, sample.name, sample.bytes);
    if (values.manifest) {
      manifest.push(`${JSON.stringify({ name: sample.name, sha256: crypto.createHash('sha256').update(sample.bytes).digest('hex'), bytes: sample.bytes.length, agency: sample.agency, format: sample.format, rows: sample.records.length })}\n`);
    }
  }
  if (values.manifest) fs.writeFileSync(values.manifest, manifest.join(''));
  process.stdout.write(`${files} files written to ${values.out}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`generate: ${error.message}\n`);
  process.exit(2);
}
