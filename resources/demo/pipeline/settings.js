// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const { whole } = require('../lib/options');

/// Options that both scripts share, and what runFile makes of them.
const OPTIONS = { portal: { type: 'string' }, 'browser-state': { type: 'string' }, 'login-pattern': { type: 'string' }, timeout: { type: 'string' }, 'no-upload': { type: 'boolean' } };

const HELP = `  --portal URL          the payroll portal (or MDA_PORTAL_URL)
  --browser-state FILE  browser_state.json of the open browser (or DTF_BROWSER_WS, DTF_BROWSER_STATE, DTF_BROWSER_PORT, or ./browser_state.json)
  --login-pattern RE    a page whose address matches is the login page (default /login)
  --timeout SECONDS     how long one step of the portal may take (default 60)
  --no-upload           only transform`;

function settingsOf(values, env = process.env) {
  const portal = values['no-upload'] ? null : values.portal || env.MDA_PORTAL_URL;
  if (portal === undefined) throw new Error('--portal is needed (or --no-upload)');
  if (portal !== null && !/^https?:$/.test(new URL(portal).protocol)) throw new Error('--portal must be an http address');
  return {
    portal, browserState: values['browser-state'] || null, loginPattern: new RegExp(values['login-pattern'] || '/login'),
    timeoutMs: 1000 * whole(values.timeout || '60', '--timeout', 1, 3600),
  };
}

module.exports = { OPTIONS, HELP, settingsOf };
