// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Tables out of the text of a PDF (ISO 32000-1, 9.4): what is on one line is a row, and a gap between texts is a new cell.
// Reads the one-byte WinAnsi fonts that reports are printed with; a scanned page has no text and gives no rows.
const { decode1252 } = require('../../lib/windows1252');
const { unreadable } = require('../errors');
const { Parser, readObjects, Operator } = require('./pdfobjects');

const MAX_PAGES = 500;
const LINE_TOLERANCE = 2; // points
const CELL_GAP_KERN = -900; // a TJ kern beyond this (thousandths of the font size) is a new cell

function pagesOf({ resolve, trailer, objects }) {
  const catalogue = resolve(trailer.get('Root')) || [...objects.values()].map(({ value }) => value).find((v) => v instanceof Map && v.get('Type') && v.get('Type').text === 'Catalog');
  const pages = [];
  const seen = new Set();
  const walk = (reference) => {
    const node = resolve(reference);
    if (!(node instanceof Map) || seen.has(node)) return;
    seen.add(node);
    const kids = resolve(node.get('Kids'));
    if (Array.isArray(kids)) kids.forEach(walk);
    else if (pages.length < MAX_PAGES) pages.push(node);
  };
  if (catalogue instanceof Map) walk(catalogue.get('Pages'));
  if (pages.length === 0) throw unreadable('the PDF has no pages');
  return pages;
}

/// The texts of one content stream with the place where each begins: [{ x, y, text }].
function textRuns(content) {
  const parser = new Parser(content);
  const runs = [];
  let line = { x: 0, y: 0 };
  let leading = 0;
  let stack = [];
  const move = (x, y) => { line = { x: line.x + x, y: line.y + y }; };
  const show = (bytes) => {
    const text = decode1252(bytes);
    if (text !== '') runs.push({ ...line, text });
  };
  const showArray = (items) => {
    let text = '';
    let offset = 0;
    for (const item of items) {
      if (Buffer.isBuffer(item)) text += decode1252(item);
      else if (typeof item === 'number' && item < CELL_GAP_KERN) {
        if (text !== '') runs.push({ x: line.x + offset, y: line.y, text });
        text = '';
        offset += 0.001 - item / 1000; // only its order matters
      }
    }
    if (text !== '') runs.push({ x: line.x + offset, y: line.y, text });
  };
  const operators = {
    BT: () => { line = { x: 0, y: 0 }; },
    Td: ([x, y]) => move(x, y),
    TD: ([x, y]) => {
      leading = -y;
      move(x, y);
    },
    Tm: ([, , , , x, y]) => { line = { x, y }; },
    TL: ([value]) => { leading = value; },
    'T*': () => move(0, -leading),
    Tj: ([text]) => show(text),
    TJ: ([items]) => showArray(items),
    "'": ([text]) => {
      move(0, -leading);
      show(text);
    },
    '"': ([, , text]) => {
      move(0, -leading);
      show(text);
    },
  };
  for (let value = parser.value(); value !== undefined; value = parser.value()) {
    if (!(value instanceof Operator)) stack.push(value);
    else {
      if (Object.hasOwn(operators, value.text)) operators[value.text](stack);
      stack = [];
    }
  }
  return runs;
}

/// Rows of cells of one page, top to bottom, left to right.
function linesOf(runs) {
  const lines = [];
  for (const run of [...runs].sort((a, b) => b.y - a.y)) {
    const last = lines[lines.length - 1];
    if (last && Math.abs(last.y - run.y) <= LINE_TOLERANCE) last.runs.push(run);
    else lines.push({ y: run.y, runs: [run] });
  }
  return lines.map((line) => line.runs.sort((a, b) => a.x - b.x).map(({ text }) => text.trim()));
}

function readPdf(bytes) {
  const pdf = readObjects(bytes);
  const rows = [];
  for (const page of pagesOf(pdf)) {
    const contents = page.get('Contents');
    const resolved = pdf.resolve(contents);
    const parts = Array.isArray(resolved) ? resolved.map((part) => pdf.stream(part)) : [pdf.stream(contents)];
    let runs;
    try {
      runs = textRuns(Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')])));
    } catch (error) {
      throw error.exitCode ? error : unreadable(`the PDF is damaged: ${error.message}`);
    }
    rows.push(...linesOf(runs));
  }
  return rows;
}

module.exports = { readPdf };
