-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 3: orders of the list of files. Only of what never changes of a file, so that no step of its life pays for them; the other orders are
-- read from all rows. The expression stands word for word in jobpages.cpp.
CREATE INDEX job_accepted ON job (accepted, id);
CREATE INDEX job_name ON job (substr(search, 28), id);
CREATE INDEX job_size ON job (size, id);
