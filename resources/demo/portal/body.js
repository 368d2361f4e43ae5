// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/// The whole body of a request, at most `limit` bytes; the size is refused before reading where it is announced.
function readBody(request, limit) {
  return new Promise((resolve, reject) => {
    const tooLarge = () => reject(new HttpError(413, `More than ${limit} bytes.`));
    if (Number(request.headers['content-length']) > limit) {
      tooLarge();
      return;
    }
    const chunks = [];
    let size = 0;
    request.on('data', (chunk) => {
      size += chunk.length;
      if (size > limit) {
        request.removeAllListeners('data');
        tooLarge();
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new HttpError(400, 'The request was broken off.'));
    });
  });
}

/// After an early answer: let what the peer still sends run off for a moment, so that it sees the answer instead of a reset.
function drain(request, milliseconds = 2000) {
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => {
    if (!request.complete) request.destroy();
  }, milliseconds);
  request.on('close', () => clearTimeout(timer));
}

module.exports = { readBody, drain, HttpError };
