// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { readBody, HttpError } = require('./body');

const MAX_BODY = 64 * 1024;
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/// /admin/…: JSON, for this machine's tests and demo only; a web page cannot call it (loopback, no Origin, JSON body).
function adminRoutes({ ledger, sessions, switches, challenges, counters }) {
  const stats = () => ({
    uploads: ledger.count, duplicates: ledger.duplicates(), unreadableLedgerLines: ledger.unreadable, highest: String(ledger.highest),
    sessions: sessions.list(), slow: switches.slow, fail: switches.fail, locked: switches.locked, ...counters,
  });
  const changed = (change) => (body) => {
    change(body);
    return stats();
  };
  const posts = {
    '/admin/slow': changed((body) => switches.setSlow(body)),
    '/admin/fail': changed((body) => switches.setFail(body)),
    '/admin/lock': changed((body) => {
      switches.setLocked(body);
      if (switches.locked) sessions.sendAway();
    }),
    '/admin/expire': ({ session = null }) => ({ ended: sessions.expire(session) }),
  };

  function get(url) {
    if (url.pathname === '/admin/stats') return stats();
    if (url.pathname === '/admin/ledger') {
      const number = (name, fallback) => Math.max(0, Number.parseInt(url.searchParams.get(name) || fallback, 10) || 0);
      const limit = Math.min(number('limit', '1000'), 5000);
      return { total: ledger.count, remembered: ledger.rows.size, rows: ledger.slice(number('from', '0'), limit) };
    }
    const challenge = /^\/admin\/challenge\/([0-9a-f]{24})$/.exec(url.pathname);
    if (challenge) {
      const answer = challenges.answerTo(challenge[1]);
      if (answer === null) throw new HttpError(404, 'no such challenge, or it is used up');
      return { answer };
    }
    throw new HttpError(404, 'no such address');
  }

  return async (request, url) => {
    if (!LOOPBACK.has(request.socket.remoteAddress)) throw new HttpError(403, 'only from this machine');
    if (request.headers.origin) throw new HttpError(403, 'not from a web page');
    if (request.method === 'GET') return get(url);
    if (request.method !== 'POST' || !Object.hasOwn(posts, url.pathname)) throw new HttpError(404, 'no such address');
    if (!/^application\/json\b/i.test(request.headers['content-type'] || '')) throw new HttpError(415, 'application/json, please');
    let body;
    try {
      body = JSON.parse((await readBody(request, MAX_BODY)).toString('utf8') || '{}');
    } catch (error) {
      throw error instanceof HttpError ? error : new HttpError(400, 'this is not JSON');
    }
    if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new HttpError(400, 'a JSON object, please');
    return posts[url.pathname](body);
  };
}

module.exports = { adminRoutes };
