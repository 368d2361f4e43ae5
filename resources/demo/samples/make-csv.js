// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { encode1252 } = require('../lib/windows1252');
const { columnsOf, printedCells } = require('./sheet');

/// An agency's CSV in its own dialect; `foot` is a last line such as a batch number.
function makeCsv(agency, records, foot) {
  const { separator, encoding, eol, blankRows } = agency.csv;
  const quote = (cell) => (cell.includes(separator) || /["\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);
  const columns = columnsOf(agency);
  const line = (cells) => cells.map(quote).join(separator);
  const lines = [line(columns.map((field) => agency.columns[field])), ...records.map((record) => line(printedCells(agency, record, true))), quote(foot)];
  for (let n = 0; n < blankRows; n += 1) lines.push(n % 2 ? '' : separator.repeat(columns.length - 1));
  const text = `${lines.join(eol)}${eol}`;
  if (encoding === 'windows-1252') return encode1252(text);
  return Buffer.from(encoding === 'utf8-bom' ? `\ufeff${text}` : text, 'utf8');
}

module.exports = { makeCsv };
