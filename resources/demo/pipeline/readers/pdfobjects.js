// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// The object layer of PDF (ISO 32000-1, 7.2 to 7.5) read by walking the body from front to back, so a broken cross-reference table does no harm.
// Values: number, boolean, null, string as Buffer, Name, array, Map (dictionary), Ref, Operator (only in page contents).
const zlib = require('node:zlib');
const { unreadable } = require('../errors');

class Name { constructor(text) { this.text = text; } }
class Ref { constructor(key) { this.key = key; } }
class Operator { constructor(text) { this.text = text; } }

const MAX_STREAM = 64 * 1024 * 1024;
const MAX_DEPTH = 50;
const isSpace = (c) => c === 0x20 || (c >= 0x09 && c <= 0x0d) || c === 0;
const isDelimiter = (c) => '()<>[]{}/%'.includes(String.fromCharCode(c));
const ESCAPES = { n: 10, r: 13, t: 9, b: 8, f: 12 };

class Parser {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  skip() {
    for (; this.at < this.bytes.length; this.at += 1) {
      const c = this.bytes[this.at];
      if (c === 0x25) {
        while (this.at + 1 < this.bytes.length && this.bytes[this.at + 1] !== 0x0a && this.bytes[this.at + 1] !== 0x0d) this.at += 1;
      } else if (!isSpace(c)) return;
    }
  }

  word() {
    const start = this.at;
    while (this.at < this.bytes.length && !isSpace(this.bytes[this.at]) && !isDelimiter(this.bytes[this.at])) this.at += 1;
    return this.bytes.toString('latin1', start, this.at);
  }

  literal() {
    const out = [];
    let depth = 1;
    for (this.at += 1; this.at < this.bytes.length; this.at += 1) {
      let c = this.bytes[this.at];
      if (c === 0x28) depth += 1;
      if (c === 0x29 && (depth -= 1) === 0) {
        this.at += 1;
        return Buffer.from(out);
      }
      if (c === 0x5c) {
        this.at += 1;
        const next = String.fromCharCode(this.bytes[this.at]);
        const octal = /^[0-7]{1,3}/.exec(this.bytes.toString('latin1', this.at, this.at + 3));
        if (next === '\r' || next === '\n') {
          if (next === '\r' && this.bytes[this.at + 1] === 0x0a) this.at += 1;
          continue;
        }
        c = this.bytes[this.at];
        if (octal) {
          c = Number.parseInt(octal[0], 8) & 0xff;
          this.at += octal[0].length - 1;
        } else if (next in ESCAPES) c = ESCAPES[next];
      }
      out.push(c);
    }
    throw unreadable('the PDF is damaged: a text has no end');
  }

  hex() {
    const end = this.bytes.indexOf(0x3e, this.at);
    if (end < 0) throw unreadable('the PDF is damaged: a text has no end');
    const digits = this.bytes.toString('latin1', this.at + 1, end).replace(/[^0-9a-f]/gi, '');
    this.at = end + 1;
    return Buffer.from(digits.length % 2 ? `${digits}0` : digits, 'hex');
  }

  list(close, depth) {
    const items = [];
    for (;;) {
      this.skip();
      if (this.at >= this.bytes.length) throw unreadable('the PDF is damaged: a list has no end');
      if (this.bytes.toString('latin1', this.at, this.at + close.length) === close) {
        this.at += close.length;
        return items;
      }
      items.push(this.value(depth + 1));
    }
  }

  /// The next value, or undefined at the end.
  value(depth = 0) {
    if (depth > MAX_DEPTH) throw unreadable('the PDF is nested too deeply');
    this.skip();
    if (this.at >= this.bytes.length) return undefined;
    const c = String.fromCharCode(this.bytes[this.at]);
    if (c === '(') return this.literal();
    if (c === '<' && this.bytes[this.at + 1] === 0x3c) {
      this.at += 2;
      const items = this.list('>>', depth);
      const map = new Map();
      for (let i = 0; i + 1 < items.length; i += 2) if (items[i] instanceof Name) map.set(items[i].text, items[i + 1]);
      return map;
    }
    if (c === '<') return this.hex();
    if (c === '[') {
      this.at += 1;
      return this.list(']', depth);
    }
    if (c === '/') {
      this.at += 1;
      return new Name(this.word().replace(/#([0-9a-f]{2})/gi, (all, code) => String.fromCharCode(Number.parseInt(code, 16))));
    }
    const word = this.word();
    if (word === '') {
      this.at += 1; // a stray delimiter
      return new Operator(c);
    }
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return this.#numberOrRef(word);
    if (word === 'true' || word === 'false') return word === 'true';
    return word === 'null' ? null : new Operator(word);
  }

  #numberOrRef(word) {
    if (/^\d+$/.test(word)) {
      const reference = /^\s+(\d+)\s+R(?![A-Za-z0-9])/.exec(this.bytes.toString('latin1', this.at, this.at + 24));
      if (reference) {
        this.at += reference[0].length;
        return new Ref(`${Number(word)} ${Number(reference[1])}`);
      }
    }
    return Number(word);
  }
}

function streamData(dictionary, bytes, resolve) {
  const filters = [resolve(dictionary.get('Filter'))].flat().filter(Boolean).map((filter) => resolve(filter).text);
  let data = bytes;
  for (const filter of filters) {
    if (filter !== 'FlateDecode' && filter !== 'Fl') throw unreadable(`the PDF uses ${filter}, which cannot be read`);
    if (dictionary.has('DecodeParms')) throw unreadable('the PDF uses a predictor, which cannot be read');
    try {
      data = zlib.inflateSync(data, { maxOutputLength: MAX_STREAM });
    } catch (error) {
      throw unreadable(`the PDF is damaged: ${error.message}`);
    }
  }
  return data;
}

/// { objects: "n g" → { value, raw (bytes of its stream, if any) }, resolve(value), trailer (Map) }.
function readObjects(bytes) {
  if (!bytes.subarray(0, 1024).includes('%PDF-')) throw unreadable('this is not a PDF');
  const objects = new Map();
  let trailer = new Map();
  const heading = /(\d{1,10})\s+(\d{1,5})\s+obj\b|\btrailer\b/g;
  const text = bytes.toString('latin1');
  for (let match = heading.exec(text); match; match = heading.exec(text)) {
    const parser = new Parser(bytes, heading.lastIndex);
    const value = parser.value();
    if (match[1] === undefined) {
      if (value instanceof Map) trailer = new Map([...trailer, ...value]);
    } else {
      const entry = { value, raw: null };
      parser.skip();
      if (value instanceof Map && text.startsWith('stream', parser.at)) {
        const start = parser.at + 6 + (text[parser.at + 6] === '\r' ? 2 : 1);
        const length = value.get('Length');
        const direct = typeof length === 'number' && /^\s*endstream/.test(text.slice(start + length, start + length + 16));
        const end = direct ? start + length : text.indexOf('endstream', start);
        if (end < start) throw unreadable('the PDF is damaged: a stream has no end');
        entry.raw = bytes.subarray(start, end);
        parser.at = end;
      }
      objects.set(`${Number(match[1])} ${Number(match[2])}`, entry);
    }
    heading.lastIndex = Math.max(parser.at, heading.lastIndex);
  }
  if (trailer.has('Encrypt')) throw unreadable('the PDF is protected by a password');
  const entryOf = (value) => (value instanceof Ref ? objects.get(value.key) : { value, raw: null });
  const resolve = (value) => (value instanceof Ref ? (objects.get(value.key) || { value: null }).value : value);
  const stream = (value) => {
    const entry = entryOf(value);
    return entry && entry.raw ? streamData(entry.value, entry.raw, resolve) : Buffer.alloc(0);
  };
  return { objects, resolve, stream, trailer };
}

module.exports = { Parser, readObjects, Name, Ref, Operator };
