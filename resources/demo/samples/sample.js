// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { AGENCIES } = require('../lib/agencies');
const { randomOf } = require('./random');
const { makeRecords } = require('./sheet');
const { makeCsv } = require('./make-csv');
const { makeXlsx } = require('./make-xlsx');
const { makePdf } = require('./make-pdf');

const MAKERS = { csv: makeCsv, xlsx: makeXlsx, pdf: makePdf };

/// The `index`-th (from 1) sample of a seed: { name, bytes, agency (key), format, records }. Agencies take turns, and so do the formats of each.
/// Same arguments, same bytes (compressed formats: with the same zlib). `agencies` limits the turns to some keys; `zeroRows` leaves the rows out.
function makeSample(seed, index, { minRows = 3, maxRows = 40, agencies = null, zeroRows = false } = {}) {
  const taking = agencies ? AGENCIES.filter((agency) => agencies.includes(agency.key)) : AGENCIES;
  const random = randomOf(String(seed), String(index));
  const agency = taking[(index - 1) % taking.length];
  const format = agency.formats[Math.floor((index - 1) / taking.length) % agency.formats.length];
  const week = `2026-W${String(random.whole(10, 40))}`;
  const number = String(index).padStart(5, '0');
  const records = zeroRows ? [] : makeRecords(random, agency, index, random.whole(minRows, maxRows), week);
  const bytes = MAKERS[format](agency, records, `Batch ${seed}/${number}`);
  return { name: `${agency.fileName(week, number)}.${format}`, bytes, agency: agency.key, format, records };
}

module.exports = { makeSample };
