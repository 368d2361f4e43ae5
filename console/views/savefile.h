// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <functional>

class QWidget;

namespace dtf {

/// Asks where to (without a nested event loop) and writes all of `content` or nothing. `told` hears once, in plain words, how it
/// ended; not when the user gives up. Thread: main.
void saveWithDialog(QWidget *parent, const QString &title, const QString &proposed, const QString &filter,
    std::function<QByteArray()> content, std::function<void(const QString &)> told);

} // namespace dtf
