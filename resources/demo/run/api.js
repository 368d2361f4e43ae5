// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const http = require('node:http');
const crypto = require('node:crypto');

const TIMEOUT_MS = 10_000;

/// One JSON request; resolves with { status, body }.
function requestJson(url, { method = 'GET', body = null, token = null } = {}) {
  return new Promise((resolve, reject) => {
    const payload = body === null ? null : Buffer.from(JSON.stringify(body));
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}) };
    const request = http.request(url, { method, headers, timeout: TIMEOUT_MS, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => { text += chunk; });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode, body: text === '' ? null : JSON.parse(text) });
        } catch {
          reject(new Error(`${method} ${url}: the answer is not JSON`));
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', (error) => reject(new Error(`${method} ${url}: ${error.message}`)));
    request.end(payload);
  });
}

/// The orchestrator as an operator sees it.
class Api {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  async get(path) {
    const { status, body } = await requestJson(`${this.url}${path}`, { token: this.token });
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  /// A command. `expect`: { epoch, state }, compare-and-set. Answers { ok, detail }; a refusal is an answer, not an exception.
  async command(path, reason, expect = null) {
    const { status, body } = await requestJson(`${this.url}/api/v1${path}`, { method: 'POST', token: this.token, body: { reason, key: crypto.randomUUID(), ...(expect ? { expect } : {}) } });
    return { ok: status === 200 && body.ok !== false, detail: body?.detail || body?.error?.detail || `status ${status}` };
  }

  /// All jobs, each page of it.
  async jobs() {
    const jobs = [];
    for (let cursor = ''; ;) {
      const page = await this.get(`/api/v1/jobs?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      jobs.push(...page.jobs);
      if (!page.next) return jobs;
      cursor = page.next;
    }
  }

  state() {
    return this.get('/api/v1/state');
  }
}

/// The portal as a person (and this demo's switches) sees it.
class Portal {
  constructor(url) {
    this.url = url;
  }

  async slow(ms) {
    const { status } = await requestJson(`${this.url}/admin/slow`, { method: 'POST', body: { ms, where: 'upload' } });
    if (status !== 200) throw new Error('the portal cannot be slowed down');
  }

  async ledger() {
    const rows = [];
    for (;;) {
      const { body } = await requestJson(`${this.url}/admin/ledger?from=${rows.length}&limit=5000`);
      rows.push(...body.rows);
      if (body.rows.length === 0 || rows.length >= body.remembered) return rows;
    }
  }
}

module.exports = { Api, Portal, requestJson };
