// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/quitevent_win.h"
#include "common/core/quitsignals.h"

#include <QTest>

#include <windows.h>

namespace dtf {

class TestQuitWindows final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theEventAsksOnceEachTime()
    {
        int asked = 0;
        {
            const QuitSignals quit([&asked] { ++asked; });
            const HANDLE event = OpenEventW(EVENT_MODIFY_STATE, FALSE, quitEventName(GetCurrentProcessId()).c_str());
            QVERIFY2(event != nullptr, "an installer cannot ask");
            QVERIFY(SetEvent(event));
            QTRY_COMPARE(asked, 1);
            QVERIFY(SetEvent(event));
            QTRY_COMPARE(asked, 2);
            CloseHandle(event);
        }
        QVERIFY(OpenEventW(EVENT_MODIFY_STATE, FALSE, quitEventName(GetCurrentProcessId()).c_str()) == nullptr);
    }

    void anEventOfSomebodyElseIsNotObeyed()
    {
        const HANDLE theirs = CreateEventW(nullptr, TRUE, FALSE, quitEventName(GetCurrentProcessId()).c_str());
        QVERIFY(theirs != nullptr);
        int asked = 0;
        const QuitSignals quit([&asked] { ++asked; });
        QVERIFY(SetEvent(theirs));
        bool turned = false;
        QMetaObject::invokeMethod(
            this, [&turned] { turned = true; }, Qt::QueuedConnection);
        QTRY_VERIFY(turned);
        QCOMPARE(asked, 0);
        CloseHandle(theirs);
    }
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestQuitWindows)
#include "tst_quit_windows.moc"
