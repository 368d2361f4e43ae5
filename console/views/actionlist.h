// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

class QAction;
class QWidget;

namespace dtf {

/// An action of the window as people know it.
struct ListedAction
{
    QAction *action = nullptr;
    QString where; ///< menu or panel: "File", "Nodes"
    QString text; ///< without the mnemonic
};

/// Every action that a menu or a panel of `window` offers now, in the order of `where`. Thread: main.
[[nodiscard]] QList<ListedAction> actionsOf(const QWidget &window);

} // namespace dtf
