// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Windows-1252 both ways. Node's TextDecoder takes it for Latin-1 in some releases (0x80 to 0x9f come out wrong), so the 27 differences are here.
const HIGH = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'; // 0x80 to 0x9f
const BYTES = new Map([...HIGH].map((c, i) => [c, 0x80 + i]));

const decode1252 = (bytes) => Buffer.from(bytes).toString('latin1').replace(/[\x80-\x9f]/g, (c) => HIGH[c.charCodeAt(0) - 0x80]);

/// A character that the code page lacks is an error: the samples must not lose any.
function encode1252(text) {
  return Buffer.from([...text].map((c) => {
    const byte = BYTES.get(c) || c.codePointAt(0);
    if (byte > 0xff) throw new Error(`"${c}" is not in Windows-1252`);
    return byte;
  }));
}

module.exports = { decode1252, encode1252 };
