// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// The eight agencies of the demo. All names are fictional. One row says how an agency's files look; the pipeline reads by it
// and the generator writes by it, so a new agency is one row.
//   pattern   recognises the agency from the ORIGINAL file name (Unicode NFC)
//   fileName  the name the agency gives its n-th file (padded) of a week, without the extension
//   formats   extensions it sends, in rotation
//   csv       dialect of its CSV files: separator, encoding (utf8, utf8-bom, windows-1252), blank trailing rows, line end
//   xlsx      strings: how its sheets hold text (shared or inline), compressed or stored
//   pdf       compressed (FlateDecode) or plain streams, text operator it uses
//   decimals  '.' or ',' ; dates 'd/m/y', 'y-m-d', 'd.m.y' or 'serial' (spreadsheets only)
//   columns   its heading for each of our fields; the order is the order in its files
const FIELDS = ['worker', 'surname', 'forename', 'assignment', 'weekEnding', 'hours', 'rate', 'gross'];

const AGENCIES = [
  {
    key: 'HARBOURSIDE', name: 'Harbourside Staffing Ltd', pattern: /^harbourside[_ -]/i, formats: ['csv'],
    fileName: (week, n) => `Harbourside_Timesheets_${week}_${n}`,
    csv: { separator: ',', encoding: 'utf8-bom', eol: '\r\n', blankRows: 3 }, decimals: '.', dates: 'd/m/y',
    columns: { worker: 'Payroll No', surname: 'Surname', forename: 'First Name', assignment: 'Site', weekEnding: 'W/E Date', hours: 'Hrs', rate: 'Pay Rate', gross: 'Gross Pay' },
  },
  {
    key: 'LARKFIELD', name: 'Larkfield Education Supply', pattern: /larkfield/i, formats: ['csv'],
    fileName: (week, n) => `larkfield supply ${week} batch ${n}`,
    csv: { separator: ';', encoding: 'windows-1252', eol: '\r\n', blankRows: 5 }, decimals: ',', dates: 'd.m.y',
    columns: { surname: 'Teacher surname', forename: 'Teacher forename', worker: 'Réf.', assignment: 'School', weekEnding: 'Week ending', hours: 'Hours worked', rate: 'Rate (£)', gross: 'Total (£)' },
  },
  {
    key: 'NORTHGATE', name: 'Northgate Care Partners', pattern: /^NGC[-_]/i, formats: ['xlsx'],
    fileName: (week, n) => `NGC-${week}-${n}-remittance`,
    xlsx: { strings: 'shared', compressed: true, title: ['Northgate Care Partners', 'Remittance advice'] }, decimals: '.', dates: 'serial',
    columns: { worker: 'Carer ID', forename: 'Forename', surname: 'Surname', assignment: 'Home', weekEnding: 'Week Ending', hours: 'Total Hours', rate: 'Hourly Rate', gross: 'Amount Payable' },
  },
  {
    key: 'BRIGHTWELL', name: 'Brightwell Logistics Personnel', pattern: /brightwell/i, formats: ['xlsx', 'csv'],
    fileName: (week, n) => `Brightwell Drivers (${n}) ${week}`,
    csv: { separator: ',', encoding: 'utf8', eol: '\n', blankRows: 0 },
    xlsx: { strings: 'inline', compressed: false, title: [] }, decimals: '.', dates: 'y-m-d',
    columns: { weekEnding: 'Period End', worker: 'Driver Ref', surname: 'Last Name', forename: 'First Name', assignment: 'Depot & Shift', hours: 'Hours', rate: 'Rate', gross: 'Gross' },
  },
  {
    key: 'PENROSE', name: 'Penrose & Tate Legal', pattern: /^penrose\s*&\s*tate/i, formats: ['pdf'],
    fileName: (week, n) => `Penrose & Tate - remittance ${n} - ${week}`,
    pdf: { compressed: true, operator: 'TJ' }, decimals: '.', dates: 'd/m/y',
    columns: { worker: 'Ref', surname: 'Surname', forename: 'Forename', assignment: 'Matter', weekEnding: 'W/E', hours: 'Hours', rate: 'Rate', gross: 'Net fee' },
  },
  {
    key: 'CASTLEMERE', name: 'Castlemere Nursing Bank', pattern: /^timesheet_castlemere/i, formats: ['pdf'],
    fileName: (week, n) => `timesheet_castlemere_${week.replace('-', '')}_${n}`,
    pdf: { compressed: false, operator: 'Tj' }, decimals: '.', dates: 'y-m-d',
    columns: { worker: 'Bank no.', forename: 'First name', surname: 'Last name', assignment: 'Ward', weekEnding: 'Week', hours: 'Hours', rate: 'Band rate', gross: 'Due' },
  },
  {
    key: 'EMILE', name: 'Émile & Søn Hospitality', pattern: /^émile/i, formats: ['csv', 'xlsx'],
    fileName: (week, n) => `Émile Hospitality – ${week} – ${n}`,
    csv: { separator: ';', encoding: 'utf8', eol: '\n', blankRows: 2 },
    xlsx: { strings: 'shared', compressed: true, title: [] }, decimals: ',', dates: 'd/m/y',
    columns: { worker: 'Staff no', surname: 'Nom / Surname', forename: 'Prénom / Forename', assignment: 'Venue', weekEnding: 'Week ending', hours: 'Heures / Hours', rate: 'Taux / Rate', gross: 'Brut / Gross' },
  },
  {
    key: 'THISTLE', name: 'Thistle Engineering Contractors', pattern: /thistle.*contractors?/i, formats: ['csv', 'xlsx', 'pdf'],
    fileName: (week, n) => `${week.slice(2)}.${n}.thistle-contractors`,
    csv: { separator: '\t', encoding: 'utf8-bom', eol: '\r\n', blankRows: 1 },
    xlsx: { strings: 'inline', compressed: true, title: ['Thistle Engineering Contractors'] },
    pdf: { compressed: true, operator: 'Tj' }, decimals: '.', dates: 'd/m/y',
    columns: { worker: 'Contractor', surname: 'Surname', forename: 'Name', assignment: 'Project', weekEnding: 'Week Ending', hours: 'Units', rate: 'Unit Price', gross: 'Value' },
  },
];

/// The agency of a file, or null. Names are compared in NFC: some systems hand over accents as two characters.
function agencyOf(fileName) {
  const name = fileName.normalize('NFC');
  return AGENCIES.find((agency) => agency.pattern.test(name)) || null;
}

module.exports = { AGENCIES, FIELDS, agencyOf };
