// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/e2e/person.h"

#include "console/views/actionlist.h"
#include "console/views/alertsview.h"
#include "console/views/filesview.h"
#include "console/views/healthline.h"
#include "console/views/nodesview.h"
#include "console/views/palette.h"
#include "console/views/reasondialog.h"
#include "tests/support/fleet.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QScrollBar>
#include <QStatusBar>
#include <QTableView>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr seconds patience(20);

QTableView *actionsHost(QAction *action)
{
    const QObjectList hosts = action->associatedObjects();
    for (QObject *host : hosts) {
        if (auto *table = qobject_cast<QTableView *>(host)) {
            return table;
        }
    }
    return nullptr;
}

} // namespace

Person::Person(const char *name, quint16 port)
    : m_server {u"TEST"_s, QUrl(u"http://127.0.0.1:%1"_s.arg(port)), Fleet::operatorToken(name)}
{ }

bool Person::connect()
{
    m_console.connectTo(m_server);
    window().show();
    goThere();
    return until([this] { return store().isCurrent() && window().files()->model()->isKnown(); }, patience);
}

void Person::goThere()
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // dialogs of before: no application's loop does it here
    window().raise();
    window().activateWindow();
    (void)QTest::qWaitForWindowActive(&window());
}

QString Person::cell(const QString &file, FilesModel::Column column)
{
    const FilesModel *model = window().files()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->jobAt(row)->name == file) {
            return model->index(row, int(column)).data().toString();
        }
    }
    return {};
}

QString Person::cell(const char *node, NodesModel::Column column)
{
    const QAbstractItemModel *model = window().nodes()->table()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data().toString() == QLatin1StringView(node)) {
            return model->index(row, int(column)).data().toString();
        }
    }
    return {};
}

QString Person::tip(const char *node)
{
    const QAbstractItemModel *model = window().nodes()->table()->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        if (model->index(row, 0).data().toString() == QLatin1StringView(node)) {
            return model->index(row, int(NodesModel::Column::State)).data(Qt::ToolTipRole).toString();
        }
    }
    return {};
}

QString Person::said()
{
    return window().statusBar()->currentMessage();
}

bool Person::badge(const QString &words)
{
    const QList<QLabel *> labels = window().findChild<HealthLine *>()->findChildren<QLabel *>();
    return std::any_of(
        labels.begin(), labels.end(), [&](const QLabel *label) { return label->isVisible() && label->text().contains(words); });
}

bool Person::badgeTip(const QString &words)
{
    const QList<QLabel *> labels = window().findChild<HealthLine *>()->findChildren<QLabel *>();
    return std::any_of(labels.begin(), labels.end(),
        [&](const QLabel *label) { return label->isVisible() && label->toolTip().contains(words); });
}

bool Person::clickRow(QTableView *table, const std::function<int()> &row)
{
    goThere();
    if (!until([&] { return row() >= 0; }, patience)) {
        return false;
    }
    table->horizontalScrollBar()->setValue(0);
    table->scrollTo(table->model()->index(row(), 0));
    const QRect place = table->visualRect(table->model()->index(row(), 0));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::NoModifier, place.center());
    return table->currentIndex().row() == row() && table->hasFocus();
}

bool Person::clickFile(const QString &file)
{
    const FilesModel *model = window().files()->model();
    return clickRow(window().files()->table(), [&] {
        for (int row = 0; row < model->rowCount(); ++row) {
            if (model->jobAt(row)->name == file) {
                return row;
            }
        }
        return -1;
    });
}

bool Person::clickNode(const char *node)
{
    QTableView *table = window().nodes()->table();
    return clickRow(table, [&] {
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            if (table->model()->index(row, 0).data().toString() == QLatin1StringView(node)) {
                return row;
            }
        }
        return -1;
    });
}

bool Person::clickAlert(AlertKind kind, const QByteArray &subject)
{
    const AlertsView *alerts = window().alerts();
    return clickRow(alerts->table(), [&] { return alerts->model()->rowOf(kind, subject); });
}

void Person::key(Qt::Key key, Qt::KeyboardModifiers modifiers)
{
    QWidget *focus = window().focusWidget();
    QTest::keyClick(focus ? focus : &window(), key, modifiers);
}

bool Person::clickButton(const QString &beginning)
{
    goThere();
    const QList<QPushButton *> buttons = window().findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->isVisible() && button->text().startsWith(beginning)) {
            QTest::mouseClick(button, Qt::LeftButton);
            return true;
        }
    }
    return false;
}

ReasonDialog *Person::dialog()
{
    const QList<ReasonDialog *> dialogs = window().findChildren<ReasonDialog *>();
    for (ReasonDialog *open : dialogs) {
        if (open->isVisible()) {
            return open;
        }
    }
    return nullptr;
}

bool Person::confirm(const QString &reason, const QString &number, bool tick)
{
    if (!until([this] { return dialog() != nullptr; }, patience)) {
        return false;
    }
    ReasonDialog *open = dialog();
    open->activateWindow();
    (void)QTest::qWaitForWindowActive(open);
    QPushButton *ok = open->findChild<QDialogButtonBox *>()->button(QDialogButtonBox::Ok);
    const QList<QLineEdit *> edits = open->findChildren<QLineEdit *>();
    for (QLineEdit *edit : edits) {
        const bool isReason = !edit->placeholderText().isEmpty();
        if (isReason && ok->isEnabled() && open->windowTitle() != u"Acknowledge"_s) { // all else needs a reason
            return false;
        }
        QTest::keyClicks(edit, isReason ? reason : number);
    }
    if (auto *box = open->findChild<QCheckBox *>(); tick && box) {
        QTest::mouseClick(box, Qt::LeftButton, Qt::NoModifier, QPoint(8, box->height() / 2));
    } else if (tick) {
        return false;
    }
    if (!ok->isEnabled()) {
        return false;
    }
    QTest::mouseClick(ok, Qt::LeftButton);
    return until([this] { return dialog() == nullptr; }, patience);
}

bool Person::find(const QString &words)
{
    goThere();
    key(Qt::Key_K, Qt::ControlModifier);
    if (!until([this] { return window().findChild<Palette *>() != nullptr; }, patience)) {
        return false;
    }
    auto *palette = window().findChild<Palette *>();
    QTest::keyClicks(palette->edit(), words);
    QTest::keyClick(palette->edit(), Qt::Key_Return);
    return until([palette = QPointer(palette)] { return !palette || !palette->isVisible(); }, patience);
}

QStringList Person::commandsOffered()
{
    const QStringList commands {u"Requeue"_s, u"Hold"_s, u"Release"_s, u"Stop"_s, u"Mark done"_s, u"Pause"_s, u"Resume"_s,
        u"Drain"_s, u"Restart"_s, u"Picture of"_s, u"Acknowledge"_s};
    QStringList offered;
    const QList<ListedAction> actions = actionsOf(window());
    for (const ListedAction &listed : actions) {
        const bool isCommand = std::any_of(
            commands.begin(), commands.end(), [&](const QString &command) { return listed.text.startsWith(command); });
        if (isCommand && actionsHost(listed.action) && listed.action->isEnabled()) {
            offered.append(listed.text);
        }
    }
    const QList<QPushButton *> buttons = window().findChildren<QPushButton *>();
    for (const QPushButton *button : buttons) {
        if (button->isVisible() && button->isEnabled()
            && (button->text().contains(u"dispatch"_s) || button->text().startsWith(u"Acknowledge"_s))) {
            offered.append(button->text());
        }
    }
    return offered;
}

} // namespace dtf
