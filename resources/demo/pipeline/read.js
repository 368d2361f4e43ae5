// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { FIELDS, agencyOf } = require('../lib/agencies');
const { unreadable } = require('./errors');
const { readCsv } = require('./readers/csv');
const { readXlsx } = require('./readers/xlsx');
const { readPdf } = require('./readers/pdf');

const MAX_BYTES = 256 * 1024 * 1024;
const READERS = { '.csv': readCsv, '.xlsx': readXlsx, '.pdf': readPdf };
const FOOTER_CELLS = 4; // a line with fewer filled cells is a title, a total or a page number

const plain = (text) => text.normalize('NFC').replace(/\s+/g, ' ').trim();
const same = (a, b) => plain(a).toLowerCase() === plain(b).toLowerCase();

/// Where the agency's headings are: { at (row), columns: field → index }.
function findHeadings(rows, agency) {
  for (let at = 0; at < rows.length; at += 1) {
    const columns = {};
    for (const field of FIELDS) columns[field] = rows[at].findIndex((cell) => same(cell, agency.columns[field]));
    if (Object.values(columns).every((index) => index >= 0)) return { at, columns };
  }
  throw unreadable(`the headings of ${agency.name} are not in the file`);
}

/// Hundredths (pence, hundredths of an hour) of a printed number.
function hundredths(text, decimals, where) {
  let number = text.replace(/[£\s\u00a0]/g, '');
  number = decimals === ',' ? number.replace(/\./g, '').replace(',', '.') : number.replace(/,(?=\d{3}(\D|$))/g, '');
  if (!/^-?\d+(\.\d+)?$/.test(number)) throw unreadable(`${where}: "${text}" is not a number`);
  return Math.round(Number(number) * 100);
}

/// A day as yyyy-mm-dd; years may come first or last.
function day(text, where) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) || (/^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(text) || []).map((part, i, all) => (i ? all[4 - i] : part));
  const iso = parts.length === 4 ? `${parts[1]}-${parts[2].padStart(2, '0')}-${parts[3].padStart(2, '0')}` : '';
  const date = new Date(`${iso}T00:00:00Z`);
  if (iso === '' || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== iso) throw unreadable(`${where}: "${text}" is not a day`);
  return iso;
}

function recordOf(row, columns, decimals, where) {
  const cell = (field) => plain(row[columns[field]] || '');
  const record = { worker: cell('worker'), surname: cell('surname'), forename: cell('forename'), assignment: cell('assignment') };
  if (record.worker === '') throw unreadable(`${where}: the worker is missing`);
  record.weekEnding = day(cell('weekEnding'), where);
  for (const field of ['hours', 'rate', 'gross']) record[field] = hundredths(cell(field), decimals, where);
  return record;
}

/// The records of an agency file: { agency, format, records }. Recognised by its original name. Throws PipelineError (unreadable).
function readAgencyFile(file) {
  const name = path.basename(file);
  const extension = path.extname(name).toLowerCase();
  const agency = agencyOf(name);
  if (!agency) throw unreadable(`no agency has files named like "${name}"`);
  if (!Object.hasOwn(READERS, extension)) throw unreadable(`${extension || 'a file without an extension'} cannot be read: send CSV, XLSX or PDF`);
  let bytes;
  try {
    if (fs.statSync(file).size > MAX_BYTES) throw unreadable('the file is too large');
    bytes = fs.readFileSync(file);
  } catch (error) {
    throw error.exitCode ? error : unreadable(`the file cannot be opened: ${error.message}`);
  }
  const rows = READERS[extension](bytes);
  const { at, columns } = findHeadings(rows, agency);
  const decimals = extension === '.xlsx' ? '.' : agency.decimals; // a sheet holds numbers, not what they look like
  const records = [];
  rows.forEach((row, i) => {
    const isFooter = row.filter((cell) => plain(cell) !== '').length < FOOTER_CELLS;
    const isHeading = same(row[columns.worker] || '', agency.columns.worker);
    if (i > at && !isFooter && !isHeading) records.push(recordOf(row, columns, decimals, `line ${i + 1}`));
  });
  return { agency, format: extension.slice(1), records };
}

module.exports = { readAgencyFile };
