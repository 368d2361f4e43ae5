// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Just enough of ZIP (APPNOTE 6.3.3: 4.3.7 local header, 4.3.12 central directory, 4.3.16 its end) for office files: stored and deflated entries.
const zlib = require('node:zlib');
const { crc32 } = require('../../lib/crc32');
const { unreadable } = require('../errors');

const MAX_ENTRY = 64 * 1024 * 1024; // unpacked
const MAX_ENTRIES = 2000;

function endRecord(bytes) {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 65535); at -= 1) {
    if (bytes.readUInt32LE(at) === 0x06054b50) return at;
  }
  throw unreadable('this is not a spreadsheet: no ZIP directory');
}

function unpack(bytes, entry) {
  if (entry.flags & 1) throw unreadable('the spreadsheet is protected by a password');
  if (bytes.readUInt32LE(entry.offset) !== 0x04034b50) throw unreadable('the spreadsheet is damaged: a local header is missing');
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  const packed = bytes.subarray(start, start + entry.packed);
  if (packed.length !== entry.packed || entry.size > MAX_ENTRY) throw unreadable(`the spreadsheet is damaged or too large: ${entry.name}`);
  let data;
  if (entry.method === 0) data = packed;
  else if (entry.method === 8) data = zlib.inflateRawSync(packed, { maxOutputLength: MAX_ENTRY });
  else throw unreadable(`the spreadsheet is packed in an unknown way (${entry.method})`);
  if (data.length !== entry.size || crc32(data) !== entry.crc) throw unreadable(`the spreadsheet is damaged: ${entry.name}`);
  return data;
}

/// name → function that unpacks and checks the entry. Throws PipelineError for anything that is not a sound archive.
function readZip(bytes) {
  const guard = (step) => {
    try {
      return step();
    } catch (error) {
      throw error.exitCode ? error : unreadable(`the spreadsheet is damaged: ${error.message}`);
    }
  };
  return guard(() => {
    const end = endRecord(bytes);
    const count = bytes.readUInt16LE(end + 10);
    if (count > MAX_ENTRIES) throw unreadable('the spreadsheet has too many parts');
    const entries = new Map();
    let at = bytes.readUInt32LE(end + 16);
    for (let i = 0; i < count; i += 1) {
      if (bytes.readUInt32LE(at) !== 0x02014b50) throw unreadable('the spreadsheet is damaged: its directory is broken');
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
      const entry = {
        flags: bytes.readUInt16LE(at + 8), method: bytes.readUInt16LE(at + 10), crc: bytes.readUInt32LE(at + 16), packed: bytes.readUInt32LE(at + 20),
        size: bytes.readUInt32LE(at + 24), offset: bytes.readUInt32LE(at + 42), name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      };
      entries.set(entry.name, () => guard(() => unpack(bytes, entry)));
      at += 46 + nameLength + extraLength + commentLength;
    }
    return entries;
  });
}

module.exports = { readZip };
