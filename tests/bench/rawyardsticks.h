// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace dtf::bench {

/// readdir and rename of every file of `from` into `to`; files per second.
[[nodiscard]] double rawRename(const QString &from, const QString &to);
/// The same with one SQLite row per file (WAL, synchronous=FULL), rows committed in groups of 1,024 before their renames.
[[nodiscard]] double rawRenameWithRows(const QString &from, const QString &to, const QString &database);
/// inotify, then `hold` ms of waiting, one durable row, rename: for each of `count` files put into `from` at 5 files/s.
/// Milliseconds beyond `hold`, sorted.
[[nodiscard]] QList<double> rawLatency(const QString &from, const QString &to, const QString &database, int count, int holdMs);

/// Puts one finished file into `folder` (written beside it, then renamed in).
void drop(const QString &folder, int number);

} // namespace dtf::bench
