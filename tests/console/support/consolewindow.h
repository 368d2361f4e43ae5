// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/permits.h"
#include "console/consoleapp.h"
#include "console/views/filesview.h"
#include "console/views/healthline.h"
#include "console/views/nodesview.h"
#include "console/views/reasondialog.h"

#include <QAction>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTableView>
#include <QTest>
#include <QTimer>

#include <algorithm>

namespace dtf {

/// The real console with its real window, for a test to look at what it says.
struct ConsoleWindow
{
    ConsoleApp app;

    explicit ConsoleWindow(const QUrl &url, const QByteArray &token = "operator-token-0123456789abcdef")
    {
        app.connectTo({QStringLiteral("TEST"), url, token});
        app.window().show();
        QObject::connect(&m_beat, &QTimer::timeout, &m_beat, [this] {
            m_longest = std::max(m_longest, m_since.isValid() ? m_since.nsecsElapsed() : 0);
            m_since.start();
        });
        m_beat.start(1);
    }
    /// Everything the health line says, with its tips.
    [[nodiscard]] QString health()
    {
        QStringList said;
        const auto labels = app.window().findChild<HealthLine *>()->findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            said << label->text() << label->toolTip();
        }
        return said.join(QLatin1Char('|'));
    }
    /// Pause or resume dispatch as the user does it: the button, a reason, OK.
    void clickDispatch()
    {
        QTest::mouseClick(dispatchButton(), Qt::LeftButton);
        confirm();
    }
    /// Gives a reason to the question that is open, and says yes.
    void confirm()
    {
        auto *dialog = app.window().findChild<ReasonDialog *>();
        QVERIFY(dialog);
        const auto edits = dialog->findChildren<QLineEdit *>();
        QTest::keyClicks(edits.constFirst(), QStringLiteral("because"));
        dialog->accept();
        QTRY_VERIFY(!app.window().findChild<ReasonDialog *>());
    }
    [[nodiscard]] QPushButton *dispatchButton()
    {
        const auto buttons = app.window().findChildren<QPushButton *>();
        const auto found = std::find_if(buttons.begin(), buttons.end(),
            [](const QPushButton *button) { return button->accessibleName() == QStringLiteral("Dispatch of files"); });
        return found == buttons.end() ? nullptr : *found;
    }
    /// Of all commands to files and nodes and of the dispatch button: those that could be given now.
    [[nodiscard]] QStringList commandsOffered()
    {
        QStringList offered;
        for (const JobAction action :
            {JobAction::Requeue, JobAction::Hold, JobAction::Release, JobAction::Stop, JobAction::Done}) {
            offered << offeredIn(files(), nameOf(action));
        }
        for (const NodeAction action : {NodeAction::Pause, NodeAction::Resume, NodeAction::Drain, NodeAction::RestartBrowser,
                 NodeAction::RestartAgent, NodeAction::Picture}) {
            offered << offeredIn(nodes(), nameOf(action));
        }
        if (dispatchButton()->isEnabled()) {
            offered << dispatchButton()->text();
        }
        return offered;
    }
    [[nodiscard]] QAction *action(QTableView *table, const QString &name)
    {
        const auto actions = table->actions();
        const auto found =
            std::find_if(actions.begin(), actions.end(), [&](const QAction *action) { return action->text().startsWith(name); });
        return found == actions.end() ? nullptr : *found;
    }
    [[nodiscard]] bool isCurrent() { return app.store().isCurrent(); }
    [[nodiscard]] QString status() { return app.window().statusBar()->currentMessage(); }
    [[nodiscard]] QTableView *files() { return app.window().files()->table(); }
    [[nodiscard]] QTableView *nodes() { return app.window().nodes()->table(); }
    /// The longest time that the event loop did not come round since resetStall(), in ms.
    [[nodiscard]] double stall() const
    {
        return static_cast<double>(std::max(m_longest, m_since.isValid() ? m_since.nsecsElapsed() : 0)) / 1e6;
    }
    void resetStall()
    {
        m_longest = 0;
        m_since.start();
    }

private:
    [[nodiscard]] QStringList offeredIn(QTableView *table, const QString &name)
    {
        const QAction *found = action(table, name);
        return !found            ? QStringList {name + QStringLiteral(" is missing")}
            : found->isEnabled() ? QStringList {name}
                                 : QStringList {};
    }

    QTimer m_beat;
    QElapsedTimer m_since;
    qint64 m_longest = 0;
};

} // namespace dtf
