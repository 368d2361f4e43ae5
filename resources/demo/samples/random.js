// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const crypto = require('node:crypto');

/// Same words, same numbers, on every machine: sfc32 seeded with SHA-256.
function randomOf(...seed) {
  const bytes = crypto.createHash('sha256').update(seed.join('\0')).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => bytes.readUInt32LE(at));
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  const whole = (low, high) => low + Math.floor(next() * (high - low + 1));
  return { whole, pick: (list) => list[whole(0, list.length - 1)], chance: (share) => next() < share };
}

module.exports = { randomOf };
