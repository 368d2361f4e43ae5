// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const zlib = require('node:zlib');
const { crc32 } = require('../lib/crc32');
const { columnsOf, printedCells } = require('./sheet');

const DOS_DATE = ((2026 - 1980) << 9) | (4 << 5) | 6; // fixed: same seed, same bytes
const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }[c]));
const serialOf = (iso) => Math.round((Date.parse(`${iso}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / 86_400_000);

function makeZip(files, compressed) {
  const locals = [];
  const directory = [];
  let offset = 0;
  for (const [name, content] of files) {
    const data = Buffer.from(content, 'utf8');
    const packed = compressed ? zlib.deflateRawSync(data) : data;
    const nameBytes = Buffer.from(name, 'utf8');
    const common = Buffer.alloc(26); // the fields that the local header and the directory share
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(compressed ? 8 : 0, 4);
    common.writeUInt16LE(DOS_DATE, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, index, end]);
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/// An agency's workbook: titles, headings, rows, a foot; text shared or inline, days as text or as serial numbers.
function makeXlsx(agency, records, foot) {
  const { strings, compressed, title } = agency.xlsx;
  const shared = new Map();
  const textCell = (at, text) => {
    if (strings === 'inline') return `<c r="${at}" t="inlineStr"><is><t xml:space="preserve">${escape(text)}</t></is></c>`;
    if (!shared.has(text)) shared.set(text, shared.size);
    return `<c r="${at}" t="s"><v>${shared.get(text)}</v></c>`;
  };
  const columns = columnsOf(agency);
  const recordCell = (record, printed, field, at) => {
    if (field === 'weekEnding' && agency.dates === 'serial') return `<c r="${at}" s="1"><v>${serialOf(record.weekEnding)}</v></c>`;
    return typeof record[field] === 'number' ? `<c r="${at}" s="2"><v>${record[field] / 100}</v></c>` : textCell(at, printed);
  };
  const rows = [];
  const addRow = (cellAt, count) => {
    const number = rows.length + 1;
    rows.push(`<row r="${number}">${Array.from({ length: count }, (_, i) => cellAt(i, `${String.fromCharCode(65 + i)}${number}`)).join('')}</row>`);
  };
  for (const line of title) addRow((i, at) => textCell(at, line), 1);
  addRow((i, at) => textCell(at, agency.columns[columns[i]]), columns.length);
  for (const record of records) {
    const printed = printedCells(agency, record, false);
    addRow((i, at) => recordCell(record, printed[i], columns[i], at), columns.length);
  }
  addRow((i, at) => (i === 0 ? textCell(at, foot) : `<c r="${at}" s="2"/>`), columns.length);
  const files = [
    ['[Content_Types].xml', `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`
      + `<Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/>`
      + `${strings === 'shared' ? `<Override PartName="/xl/sharedStrings.xml" ContentType="${TYPES}.sharedStrings+xml"/>` : ''}</Types>`],
    ['_rels/.rels', `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`],
    ['xl/workbook.xml', `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Payroll" sheetId="1" r:id="rId1"/></sheets></workbook>`],
    ['xl/_rels/workbook.xml.rels', `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/>`
      + `${strings === 'shared' ? `<Relationship Id="rId3" Type="${OFFICE}/sharedStrings" Target="sharedStrings.xml"/>` : ''}</Relationships>`],
    ['xl/styles.xml', `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>`
      + '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
      + '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>'],
    ['xl/worksheets/sheet1.xml', `${XML}<worksheet xmlns="${MAIN}"><sheetData>${rows.join('')}</sheetData></worksheet>`],
  ];
  if (strings === 'shared') {
    files.push(['xl/sharedStrings.xml', `${XML}<sst xmlns="${MAIN}" uniqueCount="${shared.size}">${[...shared.keys()].map((text) => `<si><t xml:space="preserve">${escape(text)}</t></si>`).join('')}</sst>`]);
  }
  return makeZip(files, compressed);
}

module.exports = { makeXlsx, makeZip };
