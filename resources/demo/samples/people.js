// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Fictional people and places; all characters exist in Windows-1252, which old CSV and PDF files are written in.

const SURNAMES = ['Abbott', 'Adeyemi', 'Ahmed', 'Ashworth', 'Bancroft', 'Barrett', 'Begum', 'Bîrsan', 'Blackwood', 'Campbell', 'Carvalho', 'Chaudhry', 'Clarke', 'Cooper', "D'Souza",
  'Davies', 'Delacroix', 'Doyle', 'Eastwood', 'Edwards', 'Fairclough', 'Fernández', 'Fitzgerald', 'Gallagher', 'García', 'Greenhalgh', 'Håkansson', 'Hargreaves', 'Hughes', 'Iqbal', 'Jenkins', 'Jørgensen',
  'Kaur', 'Kelly', 'Lancaster', 'Lloyd', 'MacLeod', 'McAllister', 'Müller', 'Muñoz', 'Nakamura', 'Ng', "O'Brien", "O'Neill", 'Okafor', 'Owusu', 'Patel', 'Pritchard', 'Quigley', 'Ramsbottom', 'Rees-Morgan',
  'Roussel', 'Sáenz', 'Schäfer', 'Shah', 'Sinclair', 'Smith (Jnr)', 'Tetteh', 'Thistlewood', 'Underhill', 'van der Berg', 'Vaughan', 'Wainwright', 'Whitfield', 'Yilmaz', 'Zieba'];
const FORENAMES = ['Aisha', 'Alasdair', 'Amélie', 'Andrew', 'Beth', 'Björn', 'Bronwen', 'Callum', 'Catherine', 'Ciarán', 'Daniel', 'Deepa', 'Eilidh', 'Emma', 'Ffion', 'Françoise', 'Gareth', 'Grace', 'Hannah', 'Hélène', 'Imran',
  'Isla', 'Jamie', 'Joanne', 'José', 'Kwame', 'Lauren', 'Leah', 'Liam', 'Maëlle', 'Mohammed', 'Morag', 'Naomi', 'Niamh', 'Nkechi', 'Oliver', 'Pádraig', 'Priya', 'René', 'Rhys', 'Rosalind', 'Ruth', 'Samir', 'Sarah-Jane', 'Siân',
  'Søren', 'Thomas', 'Ursula', 'Victor', 'Wendy', 'Yusuf', 'Zoë'];
const PLACES = {
  HARBOURSIDE: ['Quay Street', 'Dock 4, North Basin', 'Customs House', 'Fish Market "Old Hall"', 'Ferry Terminal'],
  LARKFIELD: ['St Hilda’s Primary', 'Kingsmead Academy; Sixth Form', 'Élan Valley School', 'Moorside High', 'Oak Tree Nursery'],
  NORTHGATE: ['Rosewood Lodge', 'The Willows (Nights)', 'Beech & Elm House', 'Fernleigh', 'Home visits <2 h'],
  BRIGHTWELL: ['Daventry & Nights', 'Avonmouth, Shed 3', 'Doncaster "Hub"', 'Felixstowe', 'Dartford Crossing'],
  PENROSE: ['Matter 4471 (probate)', 'Conveyancing \\ Leeds', 'Tribunal, Bristol', 'Advice line', 'Litigation (costs)'],
  CASTLEMERE: ['Ward 7', 'A&E', 'Theatre 2 (late)', 'Maternity', 'Outpatients'],
  EMILE: ['Café Lumière', 'The Søn Rooms', 'Brasserie no. 7', 'Banqueting; Hall B', 'Crêperie'],
  THISTLE: ['Forth Crossing', 'Rig Alpha', 'Substation 12', 'Design office', 'Site survey, Skye'],
};

module.exports = { SURNAMES, FORENAMES, PLACES };
