// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const zlib = require('node:zlib');
const { encode1252 } = require('../lib/windows1252');
const { columnsOf, printedCells } = require('./sheet');

const ROWS_PER_PAGE = 34;
const LEFT = 40;
const TOP = 540;
const LINE = 14;
const COLUMN = 96;

/// A PDF text: parentheses and backslashes escaped, what is not ASCII in octal.
function literal(text) {
  return `(${[...encode1252(text)].map((byte) => {
    const c = String.fromCharCode(byte);
    if ('()\\'.includes(c)) return `\\${c}`;
    return byte < 0x80 ? c : `\\${byte.toString(8).padStart(3, '0')}`;
  }).join('')})`;
}

/// One text at a place, in one piece (Tj) or kerned into several (TJ), as report printers do.
function show(text, x, y, operator) {
  const middle = Math.ceil([...text].length / 2);
  const pieces = operator === 'TJ' && text.length > 3 ? [[...text].slice(0, middle).join(''), [...text].slice(middle).join('')] : [text];
  const shown = operator === 'TJ' ? `[${pieces.map(literal).join(' -18 ')}] TJ` : `${literal(text)} Tj`;
  return `1 0 0 1 ${x} ${y} Tm ${shown}`;
}

function pageContent(agency, title, headings, lines, footer, operator) {
  const line = (cells, y) => cells.map((text, i) => show(text, LEFT + i * COLUMN, y, operator));
  return ['BT', '/F2 14 Tf', show(title, LEFT, TOP, operator), '/F2 9 Tf', ...line(headings, TOP - 26), '/F1 9 Tf',
    ...lines.flatMap((cells, i) => line(cells, TOP - 26 - (i + 1) * LINE)), show(footer, LEFT, 24, operator), 'ET'].join('\n');
}

/// Objects, cross-reference table and trailer (ISO 32000-1, 7.5) around the bodies; object n is bodies[n - 1].
function assemble(bodies) {
  const chunks = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  const offsets = [];
  let at = chunks[0].length;
  bodies.forEach((body, i) => {
    const chunk = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    offsets.push(at);
    at += chunk.length;
    chunks.push(chunk);
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  chunks.push(Buffer.from(`xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`));
  return Buffer.concat(chunks);
}

function streamBody(text, compressed) {
  const data = compressed ? zlib.deflateSync(Buffer.from(text, 'latin1')) : Buffer.from(text, 'latin1');
  return Buffer.concat([Buffer.from(`<< /Length ${data.length}${compressed ? ' /Filter /FlateDecode' : ''} >>\nstream\n`), data, Buffer.from('\nendstream')]);
}

/// An agency's report: landscape A4, headings on every page, a foot with the batch and the page.
function makePdf(agency, records, foot) {
  const { compressed, operator } = agency.pdf;
  const headings = columnsOf(agency).map((field) => agency.columns[field]);
  const pageCount = Math.max(1, Math.ceil(records.length / ROWS_PER_PAGE));
  const bodies = [];
  const firstPage = 5; // 1 catalogue, 2 pages, 3 and 4 fonts, then a page and its content by turns
  const font = (name) => Buffer.from(`<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`);
  const kids = Array.from({ length: pageCount }, (_, n) => `${firstPage + 2 * n} 0 R`).join(' ');
  bodies.push(Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'), Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pageCount} >>`), font('Helvetica'), font('Helvetica-Bold'));
  for (let n = 0; n < pageCount; n += 1) {
    const lines = records.slice(n * ROWS_PER_PAGE, (n + 1) * ROWS_PER_PAGE).map((record) => printedCells(agency, record, true));
    const content = pageContent(agency, agency.name, headings, lines, `${foot} – page ${n + 1} of ${pageCount}`, operator);
    bodies.push(Buffer.from(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${firstPage + 2 * n + 1} 0 R >>`), streamBody(content, compressed));
  }
  return assemble(bodies);
}

module.exports = { makePdf };
