// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Who is signed in. The cookie holds a secret; pages, the ledger and /admin know the session only by its short public id.
// With a state folder sessions outlive a restart of the portal (only hashes of the secrets are written).
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { EventEmitter } = require('node:events');

const COOKIE = 'mda_session';
const KEPT = 1000;
const hash = (secret) => crypto.createHash('sha256').update(secret).digest('hex');

class Sessions extends EventEmitter {
  constructor({ stateDir = null, lifetimeMs = 30 * 24 * 3600 * 1000 } = {}) {
    super();
    this.file = stateDir ? path.join(stateDir, 'sessions.json') : null;
    this.lifetimeMs = lifetimeMs;
    this.byHash = new Map();
    if (this.file && fs.existsSync(this.file)) {
      for (const [key, session] of JSON.parse(fs.readFileSync(this.file, 'utf8'))) this.byHash.set(key, session);
    }
  }

  #save() {
    if (!this.file) return;
    fs.writeFileSync(`${this.file}.part`, JSON.stringify([...this.byHash]), { mode: 0o600 });
    fs.renameSync(`${this.file}.part`, this.file);
  }

  /// Signs a person in; answers { session, cookie (the Set-Cookie value) }.
  begin(user) {
    const secret = crypto.randomBytes(24).toString('base64url');
    const session = { id: `S-${crypto.randomBytes(4).toString('hex')}`, user, began: new Date().toISOString(), ends: Date.now() + this.lifetimeMs };
    this.byHash.set(hash(secret), session);
    if (this.byHash.size > KEPT) this.byHash.delete(this.byHash.keys().next().value);
    this.#save();
    return { session, cookie: `${COOKIE}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(this.lifetimeMs / 1000)}` };
  }

  /// The session of a request's Cookie header, or null.
  of(cookieHeader) {
    for (const pair of (cookieHeader || '').split(';')) {
      const [name, value] = pair.trim().split('=', 2);
      if (name !== COOKIE || !value) continue;
      const session = this.byHash.get(hash(value));
      if (session && session.ends > Date.now()) return session;
    }
    return null;
  }

  /// Ends one session by its public id, or all; answers how many ended. Emits 'ended' with each id.
  expire(id = null) {
    const ended = [...this.byHash].filter(([, session]) => id === null || session.id === id);
    for (const [key] of ended) this.byHash.delete(key);
    if (ended.length > 0) this.#save();
    for (const [, session] of ended) this.emit('ended', session.id);
    return ended.length;
  }

  /// Nobody gets past the login page for now: open pages hear what they would hear at the end of their session.
  sendAway() {
    for (const { id } of this.byHash.values()) this.emit('ended', id);
  }

  list() {
    return [...this.byHash.values()].map(({ id, user, began }) => ({ id, user, began }));
  }
}

module.exports = { Sessions, COOKIE };
