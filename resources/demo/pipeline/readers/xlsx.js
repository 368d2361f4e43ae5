// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// First worksheet of an Office Open XML workbook (ECMA-376 part 1, 18.2 workbook, 18.3 worksheet, 18.4 shared strings, 18.8 styles) as rows of text.
const { unreadable } = require('../errors');
const { readZip } = require('./zip');

const NAMED = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const MAX_COLUMN = 1000;

const decode = (text) => text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (all, hex, dec, name) => {
  if (name) return NAMED[name.toLowerCase()];
  const code = hex ? Number.parseInt(hex, 16) : Number(dec);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
});

function attributes(tag) {
  const found = {};
  for (const [, name, a, b] of tag.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) found[name] = decode(a !== undefined ? a : b);
  return found;
}

/// Every <name …>…</name> or <name …/> at any depth: { attrs, inner }. Enough for the flat lists that are read here.
function* elements(xml, name) {
  const pattern = new RegExp(`<(?:\\w+:)?${name}((?:\\s[^>]*?)?)(?:/>|>([\\s\\S]*?)</(?:\\w+:)?${name}\\s*>)`, 'g');
  for (const match of xml.matchAll(pattern)) yield { attrs: attributes(match[1]), inner: match[2] || '' };
}

/// All text of a string item; phonetic readings (rPh) are not part of it.
const textIn = (xml) => [...elements(xml.replace(/<(?:\w+:)?rPh\b[\s\S]*?<\/(?:\w+:)?rPh>/g, ''), 't')].map(({ inner }) => decode(inner)).join('');

function columnOf(reference) {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference || '');
  return letters ? [...letters[1]].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1 : -1;
}

/// Which cell styles show a date: built-in formats 14 to 22 or a custom one with a day or year in it.
function dateStyles(xml) {
  const custom = new Map([...elements(xml, 'numFmt')].map(({ attrs }) => [attrs.numFmtId, attrs.formatCode || '']));
  const isDate = (id) => (Number(id) >= 14 && Number(id) <= 22) || /[dy]/i.test((custom.get(id) || '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''));
  const [cellXfs] = [...elements(xml, 'cellXfs')];
  return cellXfs ? [...elements(cellXfs.inner, 'xf')].map(({ attrs }) => isDate(attrs.numFmtId || '0')) : [];
}

/// Day number of the 1900 system (with its leap year that never was) or of the 1904 one as yyyy-mm-dd.
function dayText(serial, from1904) {
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  return new Date(epoch + Math.floor(serial) * 86_400_000).toISOString().slice(0, 10);
}

function sheetPath(entries) {
  const text = (name) => (entries.has(name) ? entries.get(name)().toString('utf8') : '');
  const [sheet] = [...elements(text('xl/workbook.xml'), 'sheet')];
  if (!sheet) throw unreadable('the spreadsheet has no sheet');
  const relation = [...elements(text('xl/_rels/workbook.xml.rels'), 'Relationship')].find(({ attrs }) => attrs.Id === sheet.attrs['r:id']);
  const target = relation ? relation.attrs.Target : 'worksheets/sheet1.xml';
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

function readXlsx(bytes) {
  const entries = readZip(bytes);
  const part = (name) => (entries.has(name) ? entries.get(name)().toString('utf8').replace(/^\uFEFF/, '') : '');
  const sheet = part(sheetPath(entries));
  if (sheet === '') throw unreadable('the spreadsheet has no sheet');
  const shared = [...elements(part('xl/sharedStrings.xml'), 'si')].map(({ inner }) => textIn(inner));
  const dates = dateStyles(part('xl/styles.xml'));
  const from1904 = /<(?:\w+:)?workbookPr[^>]*date1904="(?:1|true)"/.test(part('xl/workbook.xml'));
  const cellText = ({ attrs, inner }) => {
    if (attrs.t === 'inlineStr') return textIn(inner);
    const [value] = [...elements(inner, 'v')];
    const raw = value ? decode(value.inner) : '';
    if (attrs.t === 's') return shared[Number(raw)] || '';
    const isNumber = (attrs.t === undefined || attrs.t === 'n') && raw !== '';
    return isNumber && dates[Number(attrs.s || 0)] ? dayText(Number(raw), from1904) : raw;
  };
  const rows = [];
  for (const { inner } of elements(sheet, 'row')) {
    const row = [];
    for (const cell of elements(inner, 'c')) {
      const named = columnOf(cell.attrs.r);
      const column = named >= 0 ? named : row.length;
      if (column >= MAX_COLUMN) throw unreadable('the sheet has too many columns');
      while (row.length < column) row.push('');
      row[column] = cellText(cell);
    }
    rows.push(row);
  }
  return rows;
}

module.exports = { readXlsx };
