// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// "Type the characters you see": one picture, one answer, one try, five minutes.
const crypto = require('node:crypto');

const LETTERS = 'ABCDEFGHJKLMNPQRTUVWXY346789'; // none that look alike
const LENGTH = 5;
const LIFETIME_MS = 5 * 60 * 1000;
const KEPT = 1000;

class Challenges {
  constructor() {
    this.open = new Map(); // id → { answer, ends }
  }

  create() {
    const id = crypto.randomBytes(12).toString('hex');
    const answer = Array.from({ length: LENGTH }, () => LETTERS[crypto.randomInt(LETTERS.length)]).join('');
    this.open.set(id, { answer, ends: Date.now() + LIFETIME_MS });
    if (this.open.size > KEPT) this.open.delete(this.open.keys().next().value);
    return { id, svg: picture(answer) };
  }

  answerTo(id) {
    const entry = this.open.get(id);
    return entry && entry.ends > Date.now() ? entry.answer : null;
  }

  /// True for the right answer; the picture is used up either way.
  pass(id, typed) {
    const answer = this.answerTo(id);
    this.open.delete(id);
    return answer !== null && String(typed).trim().toUpperCase() === answer;
  }
}

function picture(text) {
  const jitter = (range) => crypto.randomInt(2 * range + 1) - range;
  const letters = [...text].map((letter, i) => {
    const x = 24 + i * 36;
    const y = 42 + jitter(6);
    return `<text x="${x}" y="${y}" transform="rotate(${jitter(22)} ${x} ${y})" font-size="${30 + jitter(5)}">${letter}</text>`;
  });
  const lines = Array.from({ length: 6 }, () => `<path d="M${jitter(20)} ${30 + jitter(28)} Q ${100 + jitter(60)} ${30 + jitter(40)} ${200 + jitter(10)} ${30 + jitter(28)}"/>`);
  return '<svg class="challenge" viewBox="0 0 200 60" width="200" height="60" role="img" aria-label="Characters to type">'
    + '<rect width="200" height="60" rx="6" fill="#eef2f6"/>'
    + `<g fill="none" stroke="#8aa0b4" stroke-width="1.3" opacity=".8">${lines.join('')}</g>`
    + `<g font-family="Georgia, serif" font-weight="700" fill="#27445c" text-anchor="middle">${letters.join('')}</g></svg>`;
}

module.exports = { Challenges };
