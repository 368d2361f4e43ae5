-- SPDX-License-Identifier: GPL-3.0-or-later
-- The orchestrator's memory, version 1. Times: ms since 1970 UTC. Bytes of remote origin (names, details, actors) are BLOBs so that they come
-- back exactly; states, kinds and causes are the stable words of common/model. A statement ends with ';' at the end of a line, a trigger with END;
-- To read it with the sqlite3 shell use the views job_readable and audit_readable.

CREATE TABLE job (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- ULID
    name BLOB NOT NULL,
    search BLOB NOT NULL, -- id (26 characters), name and affinity, case-folded, separated by line feeds
    state TEXT NOT NULL,
    place BLOB NOT NULL,
    intent_target BLOB NOT NULL,
    node BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    boot BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    affinity BLOB NOT NULL,
    serial_key BLOB NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    file_id BLOB NOT NULL,
    sha256 BLOB NOT NULL, -- hex, empty while unknown
    accepted INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    cause TEXT NOT NULL,
    detail BLOB NOT NULL,
    want_node BLOB NOT NULL,
    stop_asked INTEGER NOT NULL,
    rerun_allowed INTEGER NOT NULL,
    side_effects INTEGER NOT NULL,
    result_rows INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Newest first; state and node inside so that these filters and counts need no row.
CREATE INDEX job_changed ON job (changed, id, state, node);
-- What has to be read at start; the condition is repeated word for word in the queries that may use it.
CREATE INDEX job_open ON job (state, changed) WHERE state NOT IN ('done', 'rejected', 'withdrawn');
CREATE INDEX job_done_content ON job (sha256) WHERE state = 'done';

CREATE TABLE node (
    node BLOB NOT NULL PRIMARY KEY,
    paused INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    asked_by BLOB NOT NULL,
    reason BLOB NOT NULL,
    changed INTEGER NOT NULL,
    last_boot BLOB NOT NULL,
    machine BLOB NOT NULL,
    machine_boot BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A rowid table: its order tells the older lives of a node, of which only the newest are kept.
CREATE TABLE report_mark (
    node BLOB NOT NULL,
    boot BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (node, boot)
) STRICT;

CREATE TABLE alert (
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    severity TEXT NOT NULL,
    since INTEGER NOT NULL,
    detail BLOB NOT NULL,
    PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE command (
    id INTEGER NOT NULL PRIMARY KEY,
    node BLOB NOT NULL,
    kind TEXT NOT NULL,
    job BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    now INTEGER NOT NULL,
    reason TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked INTEGER NOT NULL
) STRICT;

CREATE TABLE answer (
    actor BLOB NOT NULL,
    key BLOB NOT NULL,
    answer BLOB NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX answer_time ON answer (time);

CREATE TABLE setting (
    key BLOB NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- seq: 1, 2, … without gaps. hash: see auditchain.h.
CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    job BLOB NOT NULL, -- 16 bytes or empty
    epoch INTEGER NOT NULL,
    node BLOB NOT NULL,
    actor BLOB NOT NULL,
    detail BLOB NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE INDEX audit_job ON audit (job) WHERE length(job) = 16;
-- What people did ("operator:" in hex) is rare among what machines did, and asked for most.
CREATE INDEX audit_operator ON audit (seq) WHERE substr(actor, 1, 9) = x'6F70657261746F723A';

CREATE TRIGGER audit_in_order BEFORE INSERT ON audit WHEN NEW.seq IS NOT (SELECT ifnull(max(seq), 0) + 1 FROM audit)
BEGIN
    SELECT RAISE(ABORT, 'the audit is written in order, without gaps');
END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never deleted');
END;

CREATE VIEW job_readable AS
    SELECT upper(CAST(substr(search, 1, 26) AS TEXT)) AS id, CAST(name AS TEXT) AS name, state, cause, CAST(node AS TEXT) AS node, epoch, attempts,
        datetime(accepted / 1000, 'unixepoch') AS accepted, datetime(changed / 1000, 'unixepoch') AS changed,
        CAST(place AS TEXT) AS place, CAST(detail AS TEXT) AS detail
    FROM job;

CREATE VIEW audit_readable AS
    SELECT a.seq, datetime(a.time / 1000, 'unixepoch') AS time, a.kind, upper(CAST(substr(j.search, 1, 26) AS TEXT)) AS job, a.epoch,
        CAST(a.node AS TEXT) AS node, CAST(a.actor AS TEXT) AS actor, CAST(a.detail AS TEXT) AS detail, hex(a.hash) AS hash
    FROM audit a LEFT JOIN job j ON j.id = a.job;
