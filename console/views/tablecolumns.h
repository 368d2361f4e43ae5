// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QSettings;
class QWidget;

namespace dtf {

/// Widths, order and visibility of the columns of every named table in the window, over restarts. What was kept of a table with
/// another number of columns is left alone. Thread: main.
void saveColumns(const QWidget &window, QSettings &settings);
void restoreColumns(const QWidget &window, QSettings &settings);

} // namespace dtf
