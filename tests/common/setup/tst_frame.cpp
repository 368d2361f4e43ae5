// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/autostart.h"
#include "common/setup/setupframe.h"

#include <QRegularExpression>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

class TestSetupFrame final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whereNothingElseKeepsTheLogAFileDoes()
    {
        SetupFrame frame("agent"_L1, u"A test."_s, {});
        QVERIFY(!frame.begin({u"--yes"_s}));
        frame.takeOld(fail(ErrorCode::NotFound, u"none"_s));
#ifdef Q_OS_WIN
        const QString data = QString(qEnvironmentVariable("ProgramData")).replace(u'\\', u'/');
        QVERIFY(!data.isEmpty());
        QCOMPARE(frame.oldText(u"log.json"_s), data + u"/DTF/agent/log.jsonl"_s);
#else
        QVERIFY(!frame.values().contains(u"log.json"_s));
#endif
    }

    void aLogFileThatWasChosenStays()
    {
        SetupFrame frame("agent"_L1, u"A test."_s, {});
        QVERIFY(!frame.begin({u"--yes"_s}));
        frame.takeOld(SetupFrame::Values {{u"log.json"_s, u"\"/elsewhere/log.json\""_s}});
        QCOMPARE(frame.oldText(u"log.json"_s), u"/elsewhere/log.json"_s);
    }

    /// Qt 6.8 writes a warning where a flag is asked for its value, and whoever sets up would read it.
    void flagsAreNotAskedForValues()
    {
        QTest::failOnWarning(QRegularExpression(u"QCommandLineParser"_s));
        SetupFrame frame("agent"_L1, u"A test."_s, {{u"fast"_s, u"A flag."_s}, {{u"n"_s, u"name"_s}, u"A name."_s, u"NAME"_s}});
        QVERIFY(!frame.begin({u"--yes"_s, u"--keep-going"_s, u"--fast"_s, u"--name"_s, u"DTF-01"_s}));
        QVERIFY(frame.dialogue().isGiven(u"keep-going"_s));
        QVERIFY(frame.dialogue().isGiven(u"fast"_s));
        QVERIFY(!frame.dialogue().isGiven(u"replace"_s));
        QCOMPARE(frame.dialogue().given(u"n"_s), u"DTF-01"_s);
    }

#ifdef Q_OS_WIN
    /// The names that installer/windows/tasks.nsh gives the task and its file; tests/windows/installer looks at those.
    void theTaskIsTheInstallersOne()
    {
        const QString command = autoStartCommand("orchestrator"_L1, ServiceOf::System);
        QVERIFY2(command.contains("\\dtf-orchestrator.xml\""_L1), qUtf8Printable(command));
        QVERIFY2(command.contains("/TN \"DTF orchestrator\""_L1), qUtf8Printable(command));
    }

    /// No task and no file to make it from: nobody may take that for a service that will run.
    void aMissingTaskFails()
    {
        const CheckRow row = enableAutoStart("never-installed"_L1, ServiceOf::System, false);
        QVERIFY2(!row.ok(), qUtf8Printable(row.detail()));
        QVERIFY2(row.found.contains("there is no task \"DTF never-installed\""_L1), qUtf8Printable(row.detail()));
    }
#endif
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestSetupFrame)
#include "tst_frame.moc"
