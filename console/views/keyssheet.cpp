// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/keyssheet.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

KeysSheet::KeysSheet(const QList<ListedAction> &actions, QWidget *parent)
    : QDialog(parent)
    , m_tree(new QTreeWidget)
{
    setWindowTitle(tr("Keys"));
    resize(560, 560);
    m_tree->setHeaderLabels({tr("Action"), tr("Key")});
    m_tree->setAccessibleName(tr("Keys"));
    m_tree->setRootIsDecorated(false);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_tree->header()->setStretchLastSection(true);
    QTreeWidgetItem *group = nullptr;
    for (const ListedAction &listed : actions) {
        QStringList keys;
        const QList<QKeySequence> shortcuts = listed.action->shortcuts();
        for (const QKeySequence &key : shortcuts) {
            if (!key.isEmpty()) {
                keys.append(key.toString(QKeySequence::NativeText));
            }
        }
        if (keys.isEmpty()) {
            continue;
        }
        if (!group || group->text(0) != listed.where) {
            group = new QTreeWidgetItem(m_tree, {listed.where});
            QFont bold = font();
            bold.setBold(true);
            group->setFont(0, bold);
            group->setFlags(Qt::ItemIsEnabled);
            group->setExpanded(true);
        }
        const QString text = listed.text.section(u" – "_s, 0, 0).remove(u'…'); // without why it is off now
        new QTreeWidgetItem(group, {text, keys.join(u", "_s)});
    }
    m_tree->resizeColumnToContents(0);
    auto *all = new QVBoxLayout(this);
    auto *hint = new QLabel(tr("A key of a panel works while the panel has the focus; Tab goes from one to the next. "
                               "Ctrl+K finds every action, also those without a key."));
    hint->setTextFormat(Qt::PlainText);
    hint->setWordWrap(true);
    all->addWidget(hint);
    all->addWidget(m_tree, 1);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    all->addWidget(buttons);
}

} // namespace dtf
