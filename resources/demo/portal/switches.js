// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { HttpError } = require('./body');

const MAX_SLOW_MS = 120_000;

/// What a tester can ask of the portal. One object, shown by /admin/stats, changed by /admin/slow, /admin/fail and /admin/lock.
class Switches {
  constructor() {
    this.slow = { pages: 0, upload: 0, answer: 0 }; // ms: before a page; before an upload is ledgered; after it, before the answer
    this.fail = { pages: 0, before: 0, after: 0 }; // how many more of each answer 500
    this.locked = false; // everything goes back to the login page, nobody gets in
  }

  setSlow({ ms, where = 'all' }) {
    if (!Number.isInteger(ms) || ms < 0 || ms > MAX_SLOW_MS) throw new HttpError(400, `ms must be a whole number from 0 to ${MAX_SLOW_MS}`);
    if (where !== 'all' && !Object.hasOwn(this.slow, where)) throw new HttpError(400, 'where must be all, pages, upload or answer');
    for (const place of where === 'all' ? ['pages', 'upload'] : [where]) this.slow[place] = ms;
    if (ms === 0 && where === 'all') this.slow.answer = 0;
  }

  setFail({ count, when = 'before' }) {
    if (!Number.isInteger(count) || count < 0) throw new HttpError(400, 'count must be a whole number');
    if (!Object.hasOwn(this.fail, when)) throw new HttpError(400, 'when must be pages, before or after');
    this.fail[when] = count;
  }

  setLocked({ on }) {
    if (typeof on !== 'boolean') throw new HttpError(400, 'on must be true or false');
    this.locked = on;
  }

  wait(place) {
    const ms = this.slow[place];
    return ms > 0 ? new Promise((resolve) => { setTimeout(resolve, ms); }) : Promise.resolve();
  }

  /// True once for each failure that was asked for.
  takeFailure(when) {
    if (this.fail[when] === 0) return false;
    this.fail[when] -= 1;
    return true;
  }
}

module.exports = { Switches };
