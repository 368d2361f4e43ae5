// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const test = require('node:test');
const { AGENCIES, agencyOf } = require('../../resources/demo/lib/agencies');
const { makeSample } = require('../../resources/demo/samples/sample');
const { makeZip } = require('../../resources/demo/samples/make-xlsx');
const { readAgencyFile } = require('../../resources/demo/pipeline/read');
const { readCsv } = require('../../resources/demo/pipeline/readers/csv');
const { readXlsx } = require('../../resources/demo/pipeline/readers/xlsx');
const { readPdf } = require('../../resources/demo/pipeline/readers/pdf');
const { masterCsv, periodOf } = require('../../resources/demo/pipeline/master');
const { script, temporaryFolder } = require('./support/process');

const ROUND = 8 * 6; // every agency in every format it sends, whatever the length of its rotation

test('what the generator writes, the readers find again: every agency, every format, every row', (t) => {
  const folder = temporaryFolder(t);
  const covered = new Set();
  for (let index = 1; index <= ROUND; index += 1) {
    const sample = makeSample('round trip', index, { minRows: 1, maxRows: 120 });
    const file = path.join(folder, sample.name);
    fs.writeFileSync(file, sample.bytes);
    const { agency, format, records } = readAgencyFile(file);
    assert.equal(agency.key, sample.agency);
    assert.deepEqual(records, sample.records, sample.name);
    covered.add(`${agency.key} ${format}`);
  }
  assert.deepEqual([...covered].sort(), AGENCIES.flatMap((agency) => agency.formats.map((format) => `${agency.key} ${format}`)).sort());
});

test('same seed, same bytes; another seed or number, other content', () => {
  const hash = (seed, index) => crypto.createHash('sha256').update(makeSample(seed, index).bytes).digest('hex');
  assert.equal(hash('a', 5), hash('a', 5));
  const all = new Set();
  for (let index = 1; index <= 400; index += 1) all.add(hash('a', index)).add(hash('b', index));
  assert.equal(all.size, 800);
});

test('a file without rows has headings and reads as zero records', (t) => {
  const folder = temporaryFolder(t);
  for (let index = 1; index <= ROUND; index += 1) {
    const sample = makeSample('none', index, { zeroRows: true });
    fs.writeFileSync(path.join(folder, sample.name), sample.bytes);
    assert.deepEqual(readAgencyFile(path.join(folder, sample.name)).records, [], sample.name);
  }
});

test('the command writes whole files, goes on where it ended and says what it wrote', async (t) => {
  const folder = temporaryFolder(t);
  const manifest = path.join(folder, 'manifest.jsonl');
  const out = path.join(folder, 'out');
  for (const start of ['1', '11']) {
    const { code, output, errors } = await script(t, 'samples/generate.js', ['--out', out, '--files', '10', '--start', start, '--rows', '2-5', '--manifest', `${manifest}${start}`]).end();
    assert.deepEqual([code, errors, output], [0, '', `10 files written to ${out}\n`]);
  }
  const listed = [`${manifest}1`, `${manifest}11`].flatMap((file) => fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)));
  assert.deepEqual(fs.readdirSync(out).sort(), listed.map((entry) => entry.name).sort());
  for (const entry of listed) {
    assert.equal(crypto.createHash('sha256').update(fs.readFileSync(path.join(out, entry.name))).digest('hex'), entry.sha256);
    assert.ok(entry.rows >= 2 && entry.rows <= 5);
  }
});

test('the agency is told by the name alone, however its accents are written', () => {
  assert.equal(agencyOf('Émile Hospitality – 2026-W14 – 00003.csv'.normalize('NFD')).key, 'EMILE');
  assert.equal(agencyOf('Harbourside_Timesheets_2026-W14_1.csv').key, 'HARBOURSIDE');
  assert.equal(agencyOf('01J0000000000000000000000A.e1~x.csv'), null);
});

test('CSV: separators, quotes, line ends, encodings', () => {
  const rows = [
    ['a,b\r\n1,2\r\n', [['a', 'b'], ['1', '2']]],
    ['\ufeffa;b\n"x;y";"say ""hi"""\n', [['a', 'b'], ['x;y', 'say "hi"']]],
    ['a\tb\r"two\nlines"\t2', [['a', 'b'], ['two\nlines', '2']]],
    ['a;b,c\n1;2,5\n', [['a', 'b,c'], ['1', '2,5']].map((row) => row)],
    ['a,b\n\n,\n', [['a', 'b'], [''], ['', '']]],
  ];
  for (const [text, expected] of rows) assert.deepEqual(readCsv(Buffer.from(text)), expected, JSON.stringify(text));
  assert.deepEqual(readCsv(Buffer.from('R\xe9f.;\x80\x92\n', 'latin1')), [['Réf.', '€’']]);
  assert.throws(() => readCsv(Buffer.from('a,"b\n')), /inside a quoted cell/);
  assert.throws(() => readCsv(Buffer.from('a\0b,c\n')), /not a text file/);
});

test('XLSX: a damaged, foreign or oversized archive is refused with a reason', () => {
  const sound = makeSample('x', 3).bytes; // Northgate: deflated, shared strings
  assert.ok(readXlsx(sound).length > 3);
  const flipped = Buffer.from(sound);
  flipped[sound.indexOf('xl/worksheets/sheet1.xml') + 60] ^= 0xff;
  const rows = [
    [Buffer.from('not a zip'), /no ZIP directory/],
    [sound.subarray(0, sound.length / 2), /no ZIP directory/],
    [flipped, /damaged/],
    [makeZip([['hello.txt', 'hi']], true), /no sheet/],
    [makeZip([['xl/workbook.xml', '<workbook><sheet r:id="rId1"/></workbook>'], ['xl/worksheets/sheet1.xml', ' '.repeat(65 * 1024 * 1024)]], true), /too large/],
    [Buffer.concat([Buffer.alloc(10), Buffer.from('504b0506', 'hex'), Buffer.alloc(6), Buffer.from([9, 0]), Buffer.alloc(14, 0xff)]), /damaged/],
  ];
  for (const [bytes, reason] of rows) assert.throws(() => readXlsx(bytes), (error) => error.exitCode === 20 && reason.test(error.message), String(reason));
});

test('XLSX: rich text, entities, booleans, gaps and both date systems', () => {
  const sheet = (rows, workbook = '') => makeZip([
    ['xl/workbook.xml', `<x:workbook xmlns:x="m">${workbook}<x:sheets><x:sheet name="s" r:id="rId9"/></x:sheets></x:workbook>`],
    ['xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="rId9" Target="/xl/worksheets/other.xml"/></Relationships>'],
    ['xl/styles.xml', '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"><alignment/></xf></cellXfs></styleSheet>'],
    ['xl/sharedStrings.xml', '<sst><si><r><t>Rich </t></r><r><t xml:space="preserve">&amp; &#8364;&#x1F600;</t></r><rPh sb="0"><t>no</t></rPh></si></sst>'],
    ['xl/worksheets/other.xml', `<worksheet><sheetData>${rows}</sheetData></worksheet>`],
  ], false);
  const rows = '<row r="1"><c r="B1" t="s"><v>0</v></c><c r="D1" t="b"><v>1</v></c><c r="AA1"><v>1.5</v></c></row><row r="2"/><row r="3"><c s="1"><v>46235.5</v></c><c t="str"><f>A1</f><v>=x</v></c></row>';
  const read = readXlsx(sheet(rows));
  assert.deepEqual(read[0].slice(0, 5), ['', 'Rich & €😀', '', '1', '']);
  assert.equal(read[0][26], '1.5');
  assert.deepEqual(read.slice(1), [[], ['2026-08-01', '=x']]);
  assert.equal(readXlsx(sheet('<row><c s="1"><v>0</v></c></row>', '<workbookPr date1904="1"/>'))[0][0], '1904-01-01');
});

test('PDF: text operators, escapes, page trees; damage and foreign filters are refused', () => {
  const pdf = (content, { filter = '', data = Buffer.from(content, 'latin1'), pages = '/Kids [4 0 R]' } = {}) => Buffer.concat([
    Buffer.from(`%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n2 0 obj <</Type/Pages${pages}>> endobj\n4 0 obj <</Type/Pages/Kids[5 0 R]/Parent 2 0 R>> endobj\n5 0 obj <</Type/Page/Contents [6 0 R 6 0 R]>> endobj\n6 0 obj <</Length 7 0 R${filter}>> stream\r\n`),
    data, Buffer.from(`\r\nendstream endobj\n7 0 obj ${data.length} endobj\ntrailer <</Root 1 0 R>>\n`)]);
  const content = 'BT /F 9 Tf 14 TL 10 700 Td (a\\(1\\) \\\\ \\101\\r) Tj 50 0 Td <42 C9 2> Tj -50 -14 Td [(Sp) -20 (lit) -2000 (next)] TJ T* (third) Tj (fourth) \' % (no) Tj\nET';
  const expected = [['a(1) \\ A', 'BÉ'], ['Split', 'next'], ['third'], ['fourth']];
  const twice = (rows) => rows.map((row) => row.flatMap((cell) => [cell, cell])); // the page names its content twice
  const read = (bytes) => readPdf(bytes).map((row) => row.map((cell) => cell.trim()));
  assert.deepEqual(read(pdf(content)), twice(expected));
  assert.deepEqual(read(pdf(content, { filter: '/Filter /FlateDecode', data: zlib.deflateSync(Buffer.from(content, 'latin1')) })), twice(expected));
  assert.deepEqual(read(pdf(content, { pages: '/Kids [4 0 R 2 0 R 4 0 R]' })), twice(expected), 'a tree that bites its tail');
  const bad = [
    [Buffer.from('hello'), /not a PDF/],
    [Buffer.from('%PDF-1.4\n'), /no pages/],
    [pdf(content, { filter: '/Filter /DCTDecode' }), /DCTDecode/],
    [pdf(content, { filter: '/Filter /FlateDecode' }), /damaged/],
    [pdf('BT (no end Tj'), /no end/],
    [pdf(`BT ${'['.repeat(200)}`), /nested too deeply/],
    [Buffer.concat([pdf(content), Buffer.from('trailer <</Encrypt 9 0 R>>')]), /password/],
  ];
  for (const [bytes, reason] of bad) assert.throws(() => readPdf(bytes), (error) => error.exitCode === 20 && reason.test(error.message), String(reason));
});

test('no byte string makes a reader hang or fail without a reason', () => {
  for (const [index, reader] of [[3, readXlsx], [5, readPdf], [6, readPdf], [2, readCsv]]) {
    const sound = makeSample('fuzz', index).bytes;
    for (let n = 0; n < 300; n += 1) {
      const noise = crypto.createHash('sha256').update(`${index} ${n}`).digest();
      const bytes = Buffer.from(sound.subarray(0, n % 3 ? sound.length : noise.readUInt32LE(0) % sound.length));
      for (let k = 0; k < 4 && bytes.length > 0; k += 1) bytes[noise.readUInt32LE(4 + 4 * k) % bytes.length] = noise[24 + k];
      try {
        reader(bytes);
      } catch (error) {
        assert.equal(error.exitCode, 20, `${reader.name} ${n}: ${error.stack}`);
      }
    }
  }
});

test('a broken line, missing headings, an unknown agency or type end as unreadable, with the place', (t) => {
  const folder = temporaryFolder(t);
  const header = 'Payroll No,Surname,First Name,Site,W/E Date,Hrs,Pay Rate,Gross Pay';
  const rows = [
    ['harbourside_1.csv', `${header}\nH1,A,B,C,31/02/2026,1,2,2\n`, /line 2: "31\/02\/2026" is not a day/],
    ['harbourside_1.csv', `${header}\nH1,A,B,C,01/03/2026,one,2,2\n`, /line 2: "one" is not a number/],
    ['harbourside_1.csv', `${header}\n,A,B,C,01/03/2026,1,2,2\n`, /line 2: the worker is missing/],
    ['harbourside_1.csv', 'a,b\n1,2\n', /headings of Harbourside/],
    ['harbourside_1.csv', '', /headings of Harbourside/],
    ['harbourside_1.xls', header, /\.xls cannot be read/],
    ['nobody.csv', header, /no agency/],
  ];
  for (const [name, text, reason] of rows) {
    fs.writeFileSync(path.join(folder, name), text);
    assert.throws(() => readAgencyFile(path.join(folder, name)), (error) => error.exitCode === 20 && reason.test(error.message), text);
  }
});

test('the master file is safe in a spreadsheet and exact to the penny', () => {
  const record = { worker: '=1+1', surname: 'O"N', forename: 'a,b', assignment: '@x', weekEnding: '2027-01-03', hours: 3775, rate: 1205, gross: -45489 };
  assert.equal(masterCsv({ key: 'K' }, [record], 'f.csv').split('\r\n')[1], 'K,\'=1+1,"O""N","a,b",\'@x,2027-01-03,37.75,12.05,-454.89,f.csv');
  assert.deepEqual(['2026-01-01', '2027-01-03', '2026-12-28', '2026-04-05'].map((weekEnding) => periodOf([{ weekEnding }])), ['2026-W01', '2026-W53', '2026-W53', '2026-W14']);
});
