#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
const fs = require('node:fs');
const { createPortal } = require('./server');
const { options, whole } = require('../lib/options');

const USAGE = `Usage: portal.js --ledger FILE [--port N] [--state DIR] [--host ADDRESS]
  --port N       port to listen on, 0 for any free one (default 8090)
  --ledger FILE  append-only record of every accepted upload, JSON lines
  --state DIR    sessions kept here survive a restart of the portal
  --host ADDRESS loopback address to listen on (default 127.0.0.1)`;

async function main() {
  const { values } = options({ port: { type: 'string' }, ledger: { type: 'string' }, state: { type: 'string' }, host: { type: 'string' } }, USAGE);
  if (!values.ledger) throw new Error(`--ledger is needed\n${USAGE}`);
  const host = values.host || '127.0.0.1';
  if (!['127.0.0.1', '::1', 'localhost'].includes(host)) throw new Error('--host must be a loopback address: the demo portal is for this machine only');
  if (values.state) fs.mkdirSync(values.state, { recursive: true });
  const portal = await createPortal({ ledgerFile: values.ledger, stateDir: values.state || null });
  const port = await portal.listen(whole(values.port || '8090', '--port', 0, 65535), host);
  process.stdout.write(`portal listening on http://${host === '::1' ? '[::1]' : host}:${port}\n`);
  let closing = false;
  const stop = () => {
    if (closing) return;
    closing = true;
    portal.close().then(() => process.exit(0), (error) => {
      process.stderr.write(`portal: ${error.message}\n`);
      process.exit(1);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error) => {
  process.stderr.write(`portal: ${error.message}\n`);
  process.exit(1);
});
