// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

const HEADINGS = ['Agency', 'Worker', 'Surname', 'Forename', 'Assignment', 'Week Ending', 'Hours', 'Rate', 'Gross', 'Source File'];

const money = (hundredths) => `${hundredths < 0 ? '-' : ''}${Math.floor(Math.abs(hundredths) / 100)}.${String(Math.abs(hundredths) % 100).padStart(2, '0')}`;

/// A text cell: quoted when needed, never taken for a formula by a spreadsheet.
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/// The master CSV (UTF-8, CRLF) of one agency file.
function masterCsv(agency, records, sourceName) {
  const lines = records.map((r) => [
    agency.key, cell(r.worker), cell(r.surname), cell(r.forename), cell(r.assignment), r.weekEnding, money(r.hours), money(r.rate), money(r.gross), cell(sourceName),
  ].join(','));
  return `${[HEADINGS.join(','), ...lines].join('\r\n')}\r\n`;
}

/// ISO 8601 week of the latest day in the file, e.g. 2026-W14.
function periodOf(records) {
  const latest = records.map((record) => record.weekEnding).sort().pop();
  const date = new Date(`${latest}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const week = Math.ceil(((date - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

/// What the log says about the records: rows, sums, and lines whose gross is not hours times rate.
function summary(records) {
  const sum = (field) => money(records.reduce((total, record) => total + record[field], 0));
  const odd = records.filter((r) => Math.abs(Math.round((r.hours * r.rate) / 100) - r.gross) > 1);
  return { processedRowCount: records.length, totalHours: sum('hours'), totalGross: sum('gross'), warnings: odd.map((r) => `${r.worker}: gross is not hours times rate`).slice(0, 100) };
}

module.exports = { masterCsv, periodOf, summary };
