// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const assert = require('node:assert/strict');
const test = require('node:test');
const { boundaryOf, parseMultipart, MultipartError } = require('../../resources/demo/portal/multipart');

const part = (head, data) => Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(data)]);
const field = (name, data) => part(`Content-Disposition: form-data; name="${name}"`, data);
const body = (boundary, parts) => Buffer.concat([...parts.flatMap((p) => [Buffer.from(`--${boundary}\r\n`), p, Buffer.from('\r\n')]), Buffer.from(`--${boundary}--\r\n`)]);

test('the boundary is read from the header, and only a legal one', () => {
  const rows = [
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data; charset=utf-8; Boundary="with space:=?"', 'with space:=?'],
    ['multipart/form-data; boundary=----WebKitFormBoundaryzY1', '----WebKitFormBoundaryzY1'],
    [`multipart/form-data; boundary=${'x'.repeat(70)}`, 'x'.repeat(70)],
    [`multipart/form-data; boundary=${'x'.repeat(71)}`, null],
    ['multipart/form-data; boundary=""', null],
    ['multipart/form-data; boundary="ends in space "', null],
    ['multipart/form-data', null],
    ['multipart/mixed; boundary=abc', null],
    ['application/json', null],
    [undefined, null],
  ];
  for (const [header, expected] of rows) assert.equal(boundaryOf(header), expected, String(header));
});

test('fields and files come back byte for byte', () => {
  const every = Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256));
  const nasty = Buffer.from('\r\n--X-not-me\r\n--Xyz\r\n--\r\n\r\n-- X--\r\n--Y--\r\n');
  const parts = parseMultipart(body('X', [
    field('empty', ''), field('text', 'Émile'), part('Content-Disposition: form-data; name="file"; filename="a b.csv"\r\nContent-Type: text/csv', every),
    part('content-disposition: form-data; name="second"; filename=""', nasty),
  ]), 'X');
  assert.deepEqual(parts.map((p) => [p.name, p.filename, p.type]), [['empty', undefined, ''], ['text', undefined, ''], ['file', 'a b.csv', 'text/csv'], ['second', '', '']]);
  assert.equal(parts[0].data.length, 0);
  assert.equal(parts[1].data.toString(), 'Émile');
  assert.ok(parts[2].data.equals(every));
  assert.ok(parts[3].data.equals(nasty));
});

test('a file that looks almost like the boundary at every length survives', () => {
  const boundary = '----WebKitFormBoundary0123456789abcdef';
  for (let length = 0; length <= boundary.length + 2; length += 1) {
    const data = Buffer.from(`a\r\n${`--${boundary}`.slice(0, length)}\r`);
    if (length === boundary.length + 2) continue; // the whole boundary and a CR: still no delimiter line, tested below
    const [only] = parseMultipart(body(boundary, [part('Content-Disposition: form-data; name="f"; filename="f"', data)]), boundary);
    assert.ok(only.data.equals(data), `length ${length}`);
  }
  const glued = Buffer.from(`a\r\n--${boundary}tail\r\nb`);
  const [only] = parseMultipart(body(boundary, [part('Content-Disposition: form-data; name="f"; filename="f"', glued)]), boundary);
  assert.ok(only.data.equals(glued));
});

test('preamble, padding after the delimiter and an epilogue are allowed', () => {
  const parts = parseMultipart(Buffer.from('preamble\r\n--X \t\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--X--\r\nepilogue --X'), 'X');
  assert.deepEqual(parts.map((p) => [p.name, p.data.toString()]), [['a', '1']]);
});

test('names keep what browsers escape, and path-like names stay data', () => {
  const [only] = parseMultipart(body('X', [part('Content-Disposition: form-data; name="f"; filename="say %22hi%22 %0D%0A ..\\..\\x; name=.csv"', '1')]), 'X');
  assert.equal(only.filename, 'say "hi" \r\n ..\\..\\x; name=.csv');
});

test('what is broken is refused, never guessed', () => {
  const ok = field('a', '1');
  const rows = [
    ['no boundary', Buffer.from('nothing here')],
    ['empty', Buffer.alloc(0)],
    ['no end', Buffer.concat([Buffer.from('--X\r\n'), ok])],
    ['cut in the last boundary', body('X', [ok]).subarray(0, -6)],
    ['no header end', body('X', [Buffer.from('Content-Disposition: form-data; name="a"')])],
    ['no name', body('X', [part('Content-Disposition: form-data', '1')])],
    ['name twice', body('X', [part('Content-Disposition: form-data; name="a"; name="b"', '1')])],
    ['header twice', body('X', [part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"', '1')])],
    ['not form-data', body('X', [part('Content-Disposition: attachment; name="a"', '1')])],
    ['header without colon', body('X', [part('Content-Disposition form-data', '1')])],
    ['too many parts', body('X', Array.from({ length: 65 }, () => ok))],
    ['too long a header', body('X', [part(`Content-Disposition: form-data; name="a"\r\nX: ${'y'.repeat(9000)}`, '1')])],
    ['too long a field', body('X', [field('a', 'y'.repeat(70_000))])],
    ['an empty part', Buffer.from('--X\r\n--X--\r\n')],
  ];
  for (const [what, bytes] of rows) assert.throws(() => parseMultipart(bytes, 'X'), MultipartError, what);
});
