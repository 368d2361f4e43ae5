// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

/// How a run ends. README.md explains each; only afterSubmit may have touched the portal.
const EXIT = { ok: 0, internal: 1, usage: 2, notLoggedIn: 10, noBrowser: 11, portalBefore: 12, unreadable: 20, afterSubmit: 30 };

class PipelineError extends Error {
  constructor(exitCode, message) {
    super(message);
    this.exitCode = exitCode;
  }
}

const unreadable = (message) => new PipelineError(EXIT.unreadable, message);

module.exports = { EXIT, PipelineError, unreadable };
