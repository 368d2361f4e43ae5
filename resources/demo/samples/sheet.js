// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// What a file says before it has a format: titles, headings, rows and a foot, all as the agency would print them.
const { FIELDS } = require('../lib/agencies');
const { FORENAMES, SURNAMES, PLACES } = require('./people');

const DAY_MS = 86_400_000;

/// Sunday that ends an ISO week.
function sundayOf(year, week) {
  const fourth = new Date(Date.UTC(year, 0, 4)); // always in week 1
  const monday = fourth.getTime() - ((fourth.getUTCDay() || 7) - 1) * DAY_MS;
  return new Date(monday + (week * 7 - 1) * DAY_MS).toISOString().slice(0, 10);
}

function printedNumber(hundredths, decimals, grouped) {
  const [whole, part] = (hundredths / 100).toFixed(2).split('.');
  const separator = decimals === ',' ? '.' : ',';
  return `${grouped ? whole.replace(/\B(?=(\d{3})+$)/g, separator) : whole}${decimals}${part}`;
}

function printedDay(iso, style) {
  const [y, m, d] = iso.split('-');
  return { 'd/m/y': `${d}/${m}/${y}`, 'd.m.y': `${d}.${m}.${y}`, 'y-m-d': iso, serial: iso }[style];
}

/// Records as the pipeline must find them again (money and hours in hundredths); `index` makes each file's content unique.
function makeRecords(random, agency, index, count, week) {
  const weekEnding = sundayOf(Number(week.slice(0, 4)), Number(week.slice(6)));
  return Array.from({ length: count }, (_, n) => {
    const hours = random.whole(4, 240) * 25;
    const rate = random.whole(1144, 6250);
    return {
      worker: `${agency.key[0]}${String(index).padStart(6, '0')}${String(n + 1).padStart(3, '0')}`, surname: random.pick(SURNAMES), forename: random.pick(FORENAMES),
      assignment: random.pick(PLACES[agency.key]), weekEnding, hours, rate, gross: Math.round((hours * rate) / 100),
    };
  });
}

/// The agency's columns in its order.
const columnsOf = (agency) => Object.keys(agency.columns).filter((field) => FIELDS.includes(field));

/// One record as printed cells in the agency's order.
function printedCells(agency, record, grouped) {
  return columnsOf(agency).map((field) => {
    if (field === 'weekEnding') return printedDay(record.weekEnding, agency.dates);
    return typeof record[field] === 'number' ? printedNumber(record[field], agency.decimals, grouped && field === 'gross') : record[field];
  });
}

module.exports = { makeRecords, columnsOf, printedCells };
