-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 3: orders of the list of files. Only what is asked for most, and never changes of a file, so that no step of its life pays for it; the
-- other orders are read from all rows (a million: 0.1 to 0.5 s). The expression stands word for word in jobpages.cpp.
CREATE INDEX job_accepted ON job (accepted, id);
CREATE INDEX job_name ON job (substr(search, 28), id);
