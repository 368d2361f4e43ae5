// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUrl>

class QApplication;

namespace dtf::bench {

/// The real console against the orchestrator at `server`. `startedMs`: when its process was begun, CLOCK_MONOTONIC. Prints what
/// it measured and gives the exit code.
int measureConsole(QApplication &application, const QUrl &server, double startedMs, int seconds);

/// The same window system and machine without a console: an event loop that does nothing for so long, then a plain table of
/// `rows` rows scrolled like the console's, then Qt's JSON parser on what the feed sends.
int measureYardsticks(QApplication &application, int rows, int seconds);

[[nodiscard]] double monotonicMs();

} // namespace dtf::bench
