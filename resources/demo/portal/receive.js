// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const crypto = require('node:crypto');
const { boundaryOf, parseMultipart, MultipartError } = require('./multipart');
const { HttpError } = require('./body');
const { AGENCIES } = require('../lib/agencies');
const { HIDDEN } = require('./pages');

const MAX_TEXT = 400;

/// A file name as data: no folders, no control characters, bounded.
function cleanName(name) {
  return [...name.split(/[\\/]/).pop().replace(/[\u0000-\u001f\u007f]/g, '_')].slice(0, 255).join('');
}

/// The fields of an upload form as a ledger row without time and number. Throws HttpError 400 or 415 for what a person must mend.
function ledgerFields(contentType, body) {
  const boundary = boundaryOf(contentType);
  if (!boundary) throw new HttpError(415, 'The form must be multipart/form-data.');
  let parts;
  try {
    parts = parseMultipart(body, boundary);
  } catch (error) {
    throw error instanceof MultipartError ? new HttpError(400, `The form could not be read: ${error.message}.`) : error;
  }
  const fields = new Map();
  for (const part of parts) {
    if (fields.has(part.name)) throw new HttpError(400, `The field ${part.name} came twice.`);
    fields.set(part.name, part);
  }
  const text = (name) => {
    const part = fields.get(name);
    const value = part && part.filename === undefined ? part.data.toString('utf8') : '';
    if (value.length > MAX_TEXT) throw new HttpError(400, `The field ${name} is too long.`);
    return value;
  };
  const file = fields.get('file');
  if (!file || !file.filename || file.data.length === 0) throw new HttpError(400, 'Choose a file that is not empty.');
  if (!AGENCIES.some((agency) => agency.key === text('agency'))) throw new HttpError(400, 'Choose an agency.');
  if (text('period') === '') throw new HttpError(400, 'Enter the period.');
  const row = {
    filename: cleanName(file.filename), sha256: crypto.createHash('sha256').update(file.data).digest('hex'), bytes: file.data.length,
    agency: text('agency'), period: text('period'),
  };
  for (const name of HIDDEN) row[name] = text(name) || null;
  for (const name of ['rows', 'attempt']) row[name] = /^\d{1,9}$/.test(row[name] || '') ? Number(row[name]) : null;
  return row;
}

module.exports = { ledgerFields };
