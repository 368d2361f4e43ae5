// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/core/ids.h"

#include <QObject>
#include <QStringList>

class QSettings;
class QWidget;

namespace dtf {

/// The program and its arguments for a node: the user's command, split at spaces outside quotes, with {node} replaced in each
/// part. InvalidArgument: empty, or {node} is nowhere in it. Pure.
[[nodiscard]] Result<QStringList> desktopCommand(const QString &command, const NodeName &node);

/// Opens a node's desktop with a command of the user's ("mstsc /v:{node}"), which is asked for the first time. The program is
/// started by itself, without a shell, and lives on without this one. Thread: main.
class DesktopOpener final : public QObject
{
    Q_OBJECT

public:
    DesktopOpener(QSettings &settings, QWidget &window);

    void open(const NodeName &node);
    void askCommand(const NodeName &then = {}); ///< and opens this node's afterwards

Q_SIGNALS:
    void said(const QString &words); ///< plain text for the status line

private:
    QSettings &m_settings;
    QWidget &m_window;
};

} // namespace dtf
