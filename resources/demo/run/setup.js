// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// The demo's folder: share, tokens, settings; nothing runs yet.
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { execFileSync } = require('node:child_process');

const DEMO = path.join(__dirname, '..');
const BROWSERS = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser'];

const text = (value) => JSON.stringify(value); // a JSON text is a TOML basic string

function find(names, what) {
  for (const folder of (process.env.PATH || '').split(path.delimiter)) {
    for (const name of names) {
      const file = path.join(folder || '.', name);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return path.resolve(file);
      } catch {
        // not here
      }
    }
  }
  throw new Error(`${what} is not installed (installer/packages demo)`);
}

/// Nobody answers or listens on it.
function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/// The first free port from `first` on that is not in `taken`; it is added there.
async function freePort(first, taken) {
  for (let port = first; port < first + 500; port += 1) {
    if (!taken.has(port) && await isFree(port)) {
      taken.add(port);
      return port;
    }
  }
  throw new Error(`no free port from ${first} on`);
}

function orchestratorToml(set) {
  return `# The orchestrator of this demo.
[share]
root = ${text(set.share)}
cache_seconds = 0
[listen]
address = "127.0.0.1"
port = ${set.port}
[store]
path = ${text(path.join(set.folder, 'orchestrator', 'store.sqlite'))}
[access]
tokens_file = ${text(path.join(set.folder, 'tokens.toml'))}
[runs]
hard_limit_seconds = 180
[log]
json = ${text(path.join(set.folder, 'orchestrator', 'log.jsonl'))}
${set.nodes.map(({ name }) => `[[node]]\nname = ${text(name)}\n`).join('')}`;
}

function agentToml(set, node) {
  const browserArguments = ['--headless=new', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  if (process.getuid() === 0) browserArguments.push('--no-sandbox');
  return `# The agent ${node.name} of this demo.
[node]
name = ${text(node.name)}
state_dir = ${text(path.join(node.folder, 'state'))}
scratch_dir = ${text(path.join(node.folder, 'scratch'))}
min_disk_free_mb = 100
[orchestrator]
url = ${text(set.url)}
token_file = ${text(path.join(node.folder, 'token'))}
[share]
root = ${text(set.share)}
cache_seconds = 0
[browser]
program = ${text(set.browser)}
port = ${node.port}
profile_dir = ${text(path.join(node.folder, 'profile'))}
arguments = ${JSON.stringify(browserArguments)}
start_url = ${text(`${set.portalUrl}/`)}
login_pattern = "/login"
endpoint_file = ${text(path.join(node.folder, 'browser_state.json'))}
[pipeline]
command = ${JSON.stringify([process.execPath, path.join(DEMO, 'pipeline', 'pipeline.js'), '{file}', '--browser-state', path.join(node.folder, 'browser_state.json')])}
side_effects = "after-marker"
marker = "^UPLOAD BEGIN"
rerun_exit_codes = [10, 11, 12]
result_json = "*.log.json"
result_field = "processedRowCount"
soft_limit_seconds = 120
hard_limit_seconds = 180
[pipeline.environment]
MDA_PORTAL_URL = ${text(set.portalUrl)}
[log]
json = ${text(path.join(node.folder, 'log.jsonl'))}
`;
}

function writeSecret(file, content) {
  fs.writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
}

/// Makes a fresh folder below `parent` and everything in it. Answers the set-up: names, ports, files, tokens.
async function makeSetup({ parent, bin, nodes }) {
  const browser = find(BROWSERS, 'Chromium or Chrome');
  fs.mkdirSync(parent, { recursive: true });
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(parent), `${new Date().toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-')}-`));
  const taken = new Set();
  const set = { folder, bin, browser, share: path.join(folder, 'share'), port: await freePort(3000, taken), portalPort: await freePort(8090, taken), nodes: [] };
  set.url = `http://127.0.0.1:${set.port}`;
  set.portalUrl = `http://127.0.0.1:${set.portalPort}`;
  set.token = crypto.randomBytes(32).toString('base64url');
  set.operator = 'demo';
  for (let n = 1; n <= nodes; n += 1) {
    const name = `DTF-${String(n).padStart(2, '0')}`;
    set.nodes.push({ name, folder: path.join(folder, name), port: await freePort(9221 + n, taken), token: crypto.randomBytes(32).toString('base64url') });
  }
  for (const dir of ['orchestrator', 'portal', 'drop', 'share', ...set.nodes.map(({ name }) => name)]) fs.mkdirSync(path.join(folder, dir));
  writeSecret(path.join(folder, 'operator.token'), `${set.token}\n`);
  writeSecret(path.join(folder, 'tokens.toml'), `[[operator]]\nname = ${text(set.operator)}\nrole = "operator"\ntoken = ${text(set.token)}\n${set.nodes.map((node) => `[[node]]\nname = ${text(node.name)}\ntoken = ${text(node.token)}\n`).join('')}`);
  set.config = path.join(folder, 'orchestrator', 'orchestrator.toml');
  fs.writeFileSync(set.config, orchestratorToml(set));
  for (const node of set.nodes) {
    node.config = path.join(node.folder, 'agent.toml');
    node.log = path.join(node.folder, 'agent.log');
    fs.writeFileSync(node.config, agentToml(set, node));
    writeSecret(path.join(node.folder, 'token'), `${node.token}\n`);
  }
  writeStopScript(set);
  execFileSync(path.join(bin, 'dtf-orchestrator'), ['--config', set.config, '--init-share'], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 30_000 });
  return set;
}

function writeStopScript(set) {
  const quoted = (word) => `'${word.replace(/'/g, "'\\''")}'`;
  set.stopScript = path.join(set.folder, 'stop');
  fs.writeFileSync(set.stopScript, `#!/bin/sh\n# Ends everything this demo started, and nothing else.\nexec ${[process.execPath, path.join(__dirname, 'stop.js'), set.folder].map(quoted).join(' ')}\n`, { mode: 0o755 });
}

module.exports = { DEMO, makeSetup };
