// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/actionlist.h"

#include <QDialog>

class QTreeWidget;

namespace dtf {

/// All keys, made from the actions themselves, so that it can't be wrong. Thread: main.
class KeysSheet final : public QDialog
{
    Q_OBJECT

public:
    explicit KeysSheet(const QList<ListedAction> &actions, QWidget *parent = nullptr);
    [[nodiscard]] QTreeWidget *tree() const { return m_tree; }

private:
    QTreeWidget *m_tree = nullptr;
};

} // namespace dtf
