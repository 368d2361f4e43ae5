// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { script, withDeadline } = require('./process');

/// One request on a connection of its own: { status, headers, text }.
function request(url, { method = 'GET', headers = {}, body = null } = {}) {
  return withDeadline(new Promise((resolve, reject) => {
    const out = http.request(url, { method, headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString('utf8') }));
    });
    out.on('error', reject);
    out.end(body);
  }), `${method} ${url}`);
}

/// The portal as a process of its own, as operators start it.
class Portal {
  static async start(t, folder, args = []) {
    const portal = new Portal();
    portal.ledgerFile = path.join(folder, 'ledger.jsonl');
    portal.child = script(t, 'portal/portal.js', ['--port', '0', '--ledger', portal.ledgerFile, ...args]);
    portal.url = (await portal.child.printed(/^portal listening on (http:\/\/\S+)$/m))[1];
    return portal;
  }

  async admin(name, body = null) {
    const answer = await request(`${this.url}/admin/${name}`, body ? { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {});
    const value = JSON.parse(answer.text);
    if (answer.status !== 200) throw Object.assign(new Error(value.error), { status: answer.status });
    return value;
  }

  ledger() {
    const text = fs.existsSync(this.ledgerFile) ? fs.readFileSync(this.ledgerFile, 'utf8') : '';
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }

  /// Signs in without a browser; answers the cookie.
  async signIn(typed = null) {
    const page = await request(`${this.url}/login`);
    const challenge = /name="challenge" id="challenge" value="([0-9a-f]+)"/.exec(page.text)[1];
    const answer = typed || (await this.admin(`challenge/${challenge}`)).answer;
    const form = new URLSearchParams({ user: 'payroll.ops', password: 'harbour', challenge, answer });
    const reply = await request(`${this.url}/login`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: form.toString() });
    return { status: reply.status, text: reply.text, cookie: (reply.headers['set-cookie'] || [''])[0].split(';')[0], challenge };
  }

  upload(cookie, fields, file = { name: 'a.csv', data: 'x' }) {
    const boundary = 'a-boundary-of-the-test';
    const parts = Object.entries(fields).map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
    const body = Buffer.concat([Buffer.from(`${parts}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${file.name}"\r\nContent-Type: text/csv\r\n\r\n`), Buffer.from(file.data), Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return request(`${this.url}/upload`, { method: 'POST', headers: { Cookie: cookie, 'Content-Type': `multipart/form-data; boundary=${boundary}` }, body });
  }
}

module.exports = { Portal, request };
