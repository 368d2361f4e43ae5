// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Append-only JSON lines. append() resolves only when the row is on the disk; rows that arrive together share one flush.
const fs = require('node:fs');
const readline = require('node:readline');

const REMEMBERED = 20000; // rows kept in memory for pages; the file keeps all

class Ledger {
  /// Opens or creates the file, reads what is there. A torn last line (power cut) is left as it is and closed with a line end.
  static async open(path) {
    const ledger = new Ledger(path);
    if (fs.existsSync(path)) {
      for await (const line of readline.createInterface({ input: fs.createReadStream(path), crlfDelay: Infinity })) {
        ledger.#remember(line);
      }
    }
    ledger.handle = await fs.promises.open(path, 'a+');
    const { size } = await ledger.handle.stat();
    if (size > 0) {
      const last = Buffer.alloc(1);
      await ledger.handle.read(last, 0, 1, size - 1);
      if (last[0] !== 0x0a) await ledger.handle.appendFile('\n');
    }
    return ledger;
  }

  constructor(path) {
    this.path = path;
    this.rows = new Map(); // confirmation → row, oldest first
    this.count = 0;
    this.unreadable = 0;
    this.highest = 10_000_000;
    this.seenKeys = new Map(); // idempotency key → rows with it
    this.seenContent = new Map(); // sha256 → rows with it
    this.waiting = [];
    this.writing = null;
  }

  #remember(line) {
    if (line === '') return;
    let row;
    try {
      row = JSON.parse(line);
    } catch {
      this.unreadable += 1;
      return;
    }
    this.#count(row);
  }

  #count(row) {
    this.count += 1;
    this.highest = Math.max(this.highest, Number(row.confirmation) || 0);
    for (const [map, key] of [[this.seenKeys, row.idempotencyKey], [this.seenContent, row.sha256]]) {
      if (key) map.set(key, (map.get(key) || 0) + 1);
    }
    this.rows.set(String(row.confirmation), row);
    if (this.rows.size > REMEMBERED) this.rows.delete(this.rows.keys().next().value);
  }

  /// How often the same key or the same content came again: each is a person who may be paid twice.
  duplicates() {
    const again = (map) => [...map.values()].reduce((sum, times) => sum + times - 1, 0);
    return { idempotencyKey: again(this.seenKeys), content: again(this.seenContent) };
  }

  timesSeen(sha256) {
    return this.seenContent.get(sha256) || 0;
  }

  /// Gives `fields` the next confirmation number and resolves with the row once it is durable.
  append(fields) {
    this.highest += 1;
    const row = { time: new Date().toISOString(), confirmation: String(this.highest), ...fields };
    return new Promise((resolve, reject) => {
      this.waiting.push({ row, resolve, reject });
      if (!this.writing) this.writing = this.#flush().finally(() => { this.writing = null; });
    });
  }

  async #flush() {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await this.handle.appendFile(batch.map(({ row }) => `${JSON.stringify(row)}\n`).join(''));
        await this.handle.sync();
        for (const { row, resolve } of batch) {
          this.#count(row);
          resolve(row);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
  }

  find(confirmation) {
    return this.rows.get(confirmation) || null;
  }

  /// The newest rows first, at most `limit`.
  newest(limit) {
    return [...this.rows.values()].slice(-limit).reverse();
  }

  /// Rows from the `from`-th of those remembered, oldest first.
  slice(from, limit) {
    return [...this.rows.values()].slice(from, from + limit);
  }

  async close() {
    await this.writing;
    await this.handle.close();
  }
}

module.exports = { Ledger };
