// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/actionlist.h"

#include <QAction>
#include <QMenu>
#include <QSet>

#include <algorithm>

namespace dtf {

namespace {

QString plain(QString text)
{
    const QString twin = QStringLiteral("&&");
    const QString kept(QChar(0x1));
    return text.replace(twin, kept).remove(u'&').replace(kept, QStringLiteral("&"));
}

QString placeOf(const QAction &action)
{
    const QObjectList places = action.associatedObjects();
    for (const QObject *place : places) {
        if (const auto *menu = qobject_cast<const QMenu *>(place)) {
            return plain(menu->title());
        }
    }
    for (const QObject *place : places) {
        const auto *widget = qobject_cast<const QWidget *>(place);
        if (widget && !widget->accessibleName().isEmpty()) {
            return widget->accessibleName();
        }
    }
    return {};
}

} // namespace

QList<ListedAction> actionsOf(const QWidget &window)
{
    QList<ListedAction> listed;
    QSet<QAction *> seen;
    const auto add = [&](QAction *action) {
        if (seen.contains(action) || action->isSeparator() || action->menu() || action->text().isEmpty()
            || !action->isVisible()) {
            return;
        }
        const QString where = placeOf(*action);
        if (!where.isEmpty()) {
            seen.insert(action);
            listed.append({action, where, plain(action->text())});
        }
    };
    const auto widgets = window.findChildren<QWidget *>();
    for (const QWidget *widget : widgets) {
        const auto actions = widget->actions();
        for (QAction *action : actions) {
            add(action);
        }
    }
    std::stable_sort(
        listed.begin(), listed.end(), [](const ListedAction &a, const ListedAction &b) { return a.where < b.where; });
    return listed;
}

} // namespace dtf
