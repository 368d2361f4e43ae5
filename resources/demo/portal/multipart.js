// SPDX-License-Identifier: GPL-3.0-or-later
'use strict';
// multipart/form-data (RFC 7578 on RFC 2046) out of one complete, already bounded body. Binary safe: works on bytes only.

class MultipartError extends Error {}

const LIMITS = { parts: 64, headerBytes: 8192, fieldBytes: 64 * 1024 };
const CRLF = Buffer.from('\r\n');

/// The boundary of a Content-Type header, or null when it is not multipart/form-data with a legal one (RFC 2046, 5.1.1).
function boundaryOf(contentType) {
  const match = /^\s*multipart\/form-data\s*;(.*)$/i.exec(contentType || '');
  if (!match) return null;
  const parameter = /(?:^|;)\s*boundary=(?:"([^"\\]*)"|([^\s;"]+))\s*(?:;|$)/i.exec(match[1]);
  if (!parameter) return null;
  const boundary = parameter[1] !== undefined ? parameter[1] : parameter[2];
  return /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary) ? boundary : null;
}

/// Where the line after a delimiter begins and whether it was the last one; null when this is no delimiter line.
function delimiterLine(body, at) {
  if (body[at] === 0x2d && body[at + 1] === 0x2d) return { next: at + 2, last: true };
  let i = at;
  while (body[i] === 0x20 || body[i] === 0x09) i += 1;
  return body[i] === 0x0d && body[i + 1] === 0x0a ? { next: i + 2, last: false } : null;
}

/// The next delimiter at or after `from`: { start (of its CRLF), next, last }, or null.
function nextDelimiter(body, delimiter, from) {
  for (let at = body.indexOf(delimiter, from); at >= 0; at = body.indexOf(delimiter, at + 1)) {
    const atLineStart = at === 0 || (body[at - 2] === 0x0d && body[at - 1] === 0x0a && at - 2 >= from);
    const line = atLineStart ? delimiterLine(body, at + delimiter.length) : null;
    if (line) return { start: Math.max(0, at - 2), ...line };
  }
  return null;
}

/// `name` and `filename` of a Content-Disposition value. Browsers send UTF-8 with %22, %0D, %0A for the three that would break the line.
function disposition(value) {
  if (!/^form-data\s*(;|$)/i.test(value)) throw new MultipartError('a part is not form-data');
  const found = {};
  const rest = /;\s*([A-Za-z*]+)=(?:"([^"]*)"|([^\s;"]*))/g;
  for (let m = rest.exec(value); m; m = rest.exec(value)) {
    const key = m[1].toLowerCase();
    if (key in found) throw new MultipartError(`${key} is given twice`);
    found[key] = (m[2] !== undefined ? m[2] : m[3]).replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n');
  }
  if (typeof found.name !== 'string' || found.name === '') throw new MultipartError('a part has no name');
  return { name: found.name, filename: found.filename };
}

function headersOf(bytes) {
  const headers = new Map();
  for (const line of bytes.toString('utf8').split('\r\n')) {
    const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (!match) throw new MultipartError('a part has a broken header');
    const key = match[1].toLowerCase();
    if (headers.has(key)) throw new MultipartError(`${key} is given twice in a part`);
    headers.set(key, match[2]);
  }
  return headers;
}

function partOf(bytes, limits) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0 || end > limits.headerBytes) throw new MultipartError('a part has no end of its header, or too long a one');
  const headers = headersOf(bytes.subarray(0, end));
  const { name, filename } = disposition(headers.get('content-disposition') || '');
  const data = bytes.subarray(end + 4);
  if (filename === undefined && data.length > limits.fieldBytes) throw new MultipartError(`the field ${name} is too long`);
  return { name, filename, type: headers.get('content-type') || '', data };
}

/// All parts in order: [{ name, filename (undefined for plain fields), type, data (a view, no copy) }]. Throws MultipartError.
function parseMultipart(body, boundary, limits = {}) {
  const bound = { ...LIMITS, ...limits };
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts = [];
  let here = nextDelimiter(body, delimiter, 0);
  if (!here) throw new MultipartError('the boundary was not found');
  while (!here.last) {
    if (parts.length >= bound.parts) throw new MultipartError('too many parts');
    // A delimiter begins with the CRLF before it, which may be the one that ended the line of the last one (an empty part).
    const after = nextDelimiter(body, delimiter, here.next - CRLF.length);
    if (!after) throw new MultipartError('the body ends before its last boundary');
    parts.push(partOf(body.subarray(here.next, Math.max(here.next, after.start)), bound));
    here = after;
  }
  return parts;
}

module.exports = { boundaryOf, parseMultipart, MultipartError };
