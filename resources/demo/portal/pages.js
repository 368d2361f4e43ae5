// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// Every page of the portal as a string. Everything that came from outside goes through esc().
const { AGENCIES } = require('../lib/agencies');

const DEMO_USER = 'payroll.ops';
const DEMO_PASSWORD = 'harbour';

const esc = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const when = (iso) => esc(String(iso).replace('T', ' ').slice(0, 19));
const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`);

function layout(title, content, session, script = '') {
  const who = session
    ? `<nav><a href="/">Home</a><a href="/upload">Upload</a></nav><form class="who" method="post" action="/logout"><span>${esc(session.user)}</span><button class="quiet">Sign out</button></form>`
    : '<span class="who">Not signed in</span>';
  return `<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>${esc(title)} – MDA</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,"></head>
<body><header><a class="brand" href="/"><svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#fff" opacity=".16"/><path d="M8 22V10l8 8 8-8v12" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>
<b>My Digital Accounts</b></a><em>Demo portal: nobody is paid</em>${who}</header>
<main>${content}</main>
<footer>MDA demo portal for DTF Orchestration. All agencies and people are fictional.</footer>${script ? `<script>${script}</script>` : ''}</body></html>`;
}

/// An idle page notices by itself that the session ended (home) or that another tab signed in (login).
const LEAVE_WHEN_SIGNED_OUT = 'const s=new EventSource("/session/events");s.addEventListener("ended",()=>{s.close();location.href="/login";});';
const LEAVE_WHEN_SIGNED_IN = 'setInterval(()=>fetch("/session").then(r=>{if(r.ok)location.href="/";}).catch(()=>{}),3000);';

function login(challenge, message = '') {
  return layout('Sign in', `<section class="card narrow"><h1>Sign in</h1>
${message ? `<p class="bad" id="login-error">${esc(message)}</p>` : '<p class="soft">Sign in once per browser. The session stays until it is ended.</p>'}
<form method="post" action="/login" id="login-form" autocomplete="off">
<label>User name<input name="user" id="user" required maxlength="40" autofocus></label>
<label>Password<input name="password" id="password" type="password" required maxlength="80"></label>
<div class="challenge-box">${challenge.svg}</div><input type="hidden" name="challenge" id="challenge" value="${esc(challenge.id)}">
<label>Type the characters you see<input name="answer" id="answer" required maxlength="10" spellcheck="false" autocapitalize="characters"></label>
<button id="sign-in">Sign in</button></form>
<p class="hint">For the demo: user <code>${DEMO_USER}</code>, password <code>${DEMO_PASSWORD}</code>.</p></section>`, null, LEAVE_WHEN_SIGNED_IN);
}

function table(rows) {
  if (rows.length === 0) return '<p class="soft">Nothing has been uploaded yet.</p>';
  const lines = rows.map((row) => `<tr><td><a href="/confirm/${esc(row.confirmation)}">${esc(row.confirmation)}</a></td><td>${when(row.time)}</td><td>${esc(row.agency)}</td>
<td class="name" title="${esc(row.filename)}">${esc(row.source || row.filename)}${row.again ? ' <span class="badge">same content as before</span>' : ''}</td><td class="n">${esc(row.rows === null ? '–' : row.rows)}</td><td>${esc(row.node || '–')}</td></tr>`);
  return `<table><thead><tr><th>Confirmation</th><th>Time (UTC)</th><th>Agency</th><th>File</th><th class="n">Rows</th><th>From</th></tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

function home(session, ledger) {
  const again = ledger.duplicates();
  return layout('Home', `<div class="tiles"><div><b id="upload-count">${ledger.count}</b><span>uploads accepted</span></div>
<div class="${again.content ? 'warn' : ''}"><b id="duplicate-count">${again.content}</b><span>with content that came before</span></div>
<div><b>${esc(session.id)}</b><span>your session</span></div><a class="button" href="/upload">Upload a file</a></div>
<section class="card"><h2>Latest uploads</h2>${table(ledger.newest(25))}</section>`, session, LEAVE_WHEN_SIGNED_OUT);
}

const HIDDEN = ['job', 'attempt', 'node', 'idempotencyKey', 'rows', 'source', 'sourceSha256'];

function upload(session, message = '') {
  const agencies = AGENCIES.map((agency) => `<option value="${esc(agency.key)}">${esc(agency.name)}</option>`).join('');
  return layout('Upload', `<section class="card narrow"><h1>Upload a payroll file</h1>${message ? `<p class="bad" id="upload-error">${esc(message)}</p>` : '<p class="soft">One master CSV file at a time. An upload is paid once it is confirmed.</p>'}
<form method="post" action="/upload" enctype="multipart/form-data" id="upload-form">
<label>File<input type="file" name="file" id="file" required accept=".csv"></label>
<label>Agency<select name="agency" id="agency" required><option value="">Choose…</option>${agencies}</select></label>
<label>Period (week)<input name="period" id="period" required maxlength="20" placeholder="2026-W14"></label>
${HIDDEN.map((name) => `<input type="hidden" name="${name}" id="${name}">`).join('')}
<button id="submit-upload">Upload</button></form></section>`, session);
}

function confirm(session, row) {
  const facts = [['Agency', row.agency], ['Period', row.period], ['File', row.filename], ['Made from', row.source || '–'], ['Rows', row.rows === null ? '–' : row.rows],
    ['Size', size(row.bytes)], ['SHA-256', row.sha256], ['Received (UTC)', String(row.time).replace('T', ' ').slice(0, 19)], ['From', row.node || '–'], ['Job', row.job ? `${row.job}, attempt ${row.attempt || 1}` : '–']];
  return layout('Confirmation', `<section class="card narrow"><p class="good">Received</p><h1>Confirmation <span id="confirmation-number">${esc(row.confirmation)}</span></h1>
<dl>${facts.map(([name, value]) => `<dt>${esc(name)}</dt><dd>${esc(value)}</dd>`).join('')}</dl><a class="button" href="/upload">Upload another file</a></section>`, session);
}

function problem(status, message, session = null) {
  return layout(`Error ${status}`, `<section class="card narrow"><h1 id="portal-error">Error ${status}</h1><p>${esc(message)}</p><a class="button" href="/">Back to the start</a></section>`, session);
}

module.exports = { login, home, upload, confirm, problem, HIDDEN, DEMO_USER, DEMO_PASSWORD };
