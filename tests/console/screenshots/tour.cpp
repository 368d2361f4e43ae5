// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/tour.h"

#include "console/views/actionlist.h"
#include "tests/console/screenshots/album.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QDialog>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QTest>
#include <QTimer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QDialog *dialogNow()
{
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *widget : all) {
        if (auto *dialog = qobject_cast<QDialog *>(widget); dialog && dialog->isVisible()) {
            return dialog;
        }
    }
    return nullptr;
}

} // namespace

void Tour::begin()
{
    if (!m_stage.begin()) {
        miss(u"the list of files"_s);
    }
}

void Tour::take(const QString &name)
{
    m_album.add(u"%1-%2-%3"_s.arg(m_name).arg(++m_count, 2, 10, QChar(u'0')).arg(name), m_stage.window());
}

void Tour::miss(const QString &what)
{
    m_album.complain(u"%1: %2 did not come"_s.arg(m_name, what));
}

void Tour::settle(const QString &what, const std::function<bool()> &isThere)
{
    if (!Stage::waitFor(isThere)) {
        miss(what);
    }
}

void Tour::choose(const Wanted &wanted)
{
    if (!m_stage.chooseFile(wanted)) {
        miss(u"a file"_s);
    }
}

void Tour::key(int key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(m_stage.files(), Qt::Key(key), modifiers);
}

void Tour::typeIntoDialog(const QString &text)
{
    settle(u"a dialog"_s, [] { return dialogNow() != nullptr; });
    if (QDialog *open = dialogNow()) {
        QTest::keyClicks(open->findChild<QLineEdit *>(), text);
    }
}

void Tour::dialog(const QString &name)
{
    settle(name, [] { return dialogNow() != nullptr; });
    take(name);
    while (QDialog *open = dialogNow()) {
        open->reject();
        QCoreApplication::sendPostedEvents(open, QEvent::DeferredDelete);
    }
    m_stage.window().activateWindow();
    settle(u"the window"_s, [this] { return m_stage.window().isActiveWindow(); });
}

void Tour::menu(QMenu &menu, const QString &name)
{
    menu.popup(m_stage.window().mapToGlobal(QPoint(130, 26)));
    settle(name, [&] { return menu.isVisible(); });
    take(name);
    menu.close();
}

/// Some such menus run a loop of their own until they are closed, others just appear.
void Tour::contextMenu(QWidget &of, const QString &name)
{
    bool taken = false;
    QTimer::singleShot(0, &m_stage.window(), [this, name, &taken] {
        settle(name, [] { return QApplication::activePopupWidget() != nullptr; });
        take(name);
        if (QWidget *open = QApplication::activePopupWidget()) {
            open->close();
        }
        taken = true;
    });
    const QPoint at(60, 60);
    QContextMenuEvent event(QContextMenuEvent::Keyboard, at, of.mapToGlobal(at));
    QCoreApplication::sendEvent(&of, &event);
    settle(name, [&] { return taken; });
}

void Tour::resetLayout()
{
    const QList<ListedAction> actions = actionsOf(m_stage.window());
    for (const ListedAction &listed : actions) {
        if (listed.text.contains(u"Reset layout"_s)) {
            listed.action->trigger();
            return;
        }
    }
    miss(u"the action that resets the layout"_s);
}

} // namespace dtf
