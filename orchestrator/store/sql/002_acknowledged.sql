-- SPDX-License-Identifier: GPL-3.0-or-later
-- Version 2: who has seen an alert. acknowledged: 0 while nobody has.
ALTER TABLE alert ADD COLUMN acknowledged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN acknowledged_by BLOB NOT NULL DEFAULT x'';
ALTER TABLE alert ADD COLUMN acknowledged_reason BLOB NOT NULL DEFAULT x'';
