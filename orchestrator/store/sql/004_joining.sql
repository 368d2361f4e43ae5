-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 4: machines that join by themselves. Digests only, never a token or a code.
CREATE TABLE member (
    node BLOB NOT NULL PRIMARY KEY,
    token BLOB NOT NULL CHECK (length(token) = 32), -- SHA-256
    machine BLOB NOT NULL, -- empty: not known
    request BLOB NOT NULL, -- of its last enrolment: asked again it is answered again
    code INTEGER NOT NULL, -- the join code's number
    joined INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE join_code (
    number INTEGER NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256
    made INTEGER NOT NULL,
    made_by BLOB NOT NULL,
    reason BLOB NOT NULL,
    until INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    used INTEGER NOT NULL,
    revoked_by BLOB NOT NULL -- empty: nobody has
) STRICT;
