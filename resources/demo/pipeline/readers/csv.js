// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { decode1252 } = require('../../lib/windows1252');
const { unreadable } = require('../errors');

/// UTF-8 when it is (with or without BOM), else Windows-1252, which is what British office programs write.
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // swallows the BOM
  } catch {
    return decode1252(bytes);
  }
}

/// The separator that splits the first line that has any into the most cells, outside quotes.
function separatorOf(text) {
  for (const line of text.split(/\r\n|\n|\r/, 50)) {
    const bare = line.replace(/"[^"]*"/g, '');
    const counts = [';', '\t', ','].map((separator) => [bare.split(separator).length, separator]);
    counts.sort((a, b) => b[0] - a[0]);
    if (counts[0][0] > 1) return counts[0][1];
  }
  return ',';
}

/// RFC 4180 with any separator and any line end: rows of cells.
function parse(text, separator) {
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    rows.push(row);
    row = [];
    cell = '';
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === separator) {
      row.push(cell);
      cell = '';
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && text[i + 1] === '\n') i += 1;
      endRow();
    } else cell += c;
  }
  if (quoted) throw unreadable('the file ends inside a quoted cell');
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

function readCsv(bytes) {
  const text = textOf(bytes);
  if (text.includes('\0')) throw unreadable('this is not a text file');
  return parse(text, separatorOf(text));
}

module.exports = { readCsv };
