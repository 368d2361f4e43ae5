// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/browserdown.h"

#include <QTest>

using namespace dtf;

class TestBrowserDown : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void judge_data();
    void judge();
};

void TestBrowserDown::judge_data()
{
    QTest::addColumn<int>("liveness");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("downFor");
    QTest::addColumn<bool>("alert");
    const auto row = [](const char *name, Liveness liveness, BrowserState state, int downFor, bool alert) {
        QTest::newRow(name) << int(liveness) << int(state) << downFor << alert;
    };
    row("gone for the bound", Liveness::Alive, BrowserState::Disconnected, 60'000, true);
    row("not yet", Liveness::Alive, BrowserState::Disconnected, 59'999, false);
    row("starts for ever", Liveness::Alive, BrowserState::Starting, 60'000, true);
    row("a login page is another story", Liveness::Alive, BrowserState::LoginRequired, 600'000, false);
    row("so is a crash loop", Liveness::Alive, BrowserState::Paused, 600'000, false);
    row("ready", Liveness::Alive, BrowserState::Ready, 600'000, false);
    row("of a late node nothing is known", Liveness::Suspect, BrowserState::Disconnected, 600'000, false);
    row("of a lost one neither", Liveness::Lost, BrowserState::Disconnected, 600'000, false);
    row("nor of one that was never seen", Liveness::Unseen, BrowserState::Disconnected, 600'000, false);
}

void TestBrowserDown::judge()
{
    QFETCH(int, liveness);
    QFETCH(int, state);
    QFETCH(int, downFor);
    QFETCH(bool, alert);
    QCOMPARE(browserDownTooLong(Liveness(liveness), BrowserState(state), milliseconds(downFor), milliseconds(60'000)), alert);
}

QTEST_APPLESS_MAIN(TestBrowserDown)
#include "tst_browserdown.moc"
