// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/unitview.h"

#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// What a unit's words mean for a folder, as systemd.exec(5) has them.
class UnitViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatAUnitLeaves_data();
    void whatAUnitLeaves();
    void aPathThatIsNotPrintedIsNotJudged();
    void theRowSaysWhichFolderAndWhatToDo();
};

void UnitViews::whatAUnitLeaves_data()
{
    QTest::addColumn<QByteArray>("shown");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<UnitAccess>("access");
    const QByteArray orchestrator =
        "LoadState=loaded\nProtectSystem=strict\nProtectHome=yes\nPrivateTmp=yes\nReadWritePaths=-/srv -/mnt "
        "-/media\nStateDirectory=dtf/orchestrator\n";
    const QByteArray agent =
        "ProtectSystem=full\nProtectHome=read-only\nPrivateTmp=no\nReadWritePaths=\nStateDirectory=dtf/agent\n";
    const QByteArray plain = "ProtectSystem=no\nProtectHome=no\nPrivateTmp=no\n";
    const auto row = [](const char *name, const QByteArray &shown, const QString &folder, UnitAccess access) {
        QTest::newRow(name) << shown << folder << access;
    };
    row("strict, below a path of its own", orchestrator, u"/srv/dispatch"_s, UnitAccess::Full);
    row("strict, that path itself", orchestrator, u"/srv"_s, UnitAccess::Full);
    row("strict, another that begins like it", orchestrator, u"/srv2/dispatch"_s, UnitAccess::ReadOnly);
    row("strict, out of it by dots", orchestrator, u"/srv/../data"_s, UnitAccess::ReadOnly);
    row("strict, elsewhere", orchestrator, u"/data/dispatch"_s, UnitAccess::ReadOnly);
    row("strict, its state", orchestrator, u"/var/lib/dtf/orchestrator"_s, UnitAccess::Full);
    row("strict, another's state", orchestrator, u"/var/lib/dtf/agent"_s, UnitAccess::ReadOnly);
    row("strict, a home", orchestrator, u"/home/anna/share"_s, UnitAccess::Hidden);
    row("strict, temporary", orchestrator, u"/var/tmp/share"_s, UnitAccess::Hidden);
    row("full, elsewhere", agent, u"/data/dispatch"_s, UnitAccess::Full);
    row("full, a home", agent, u"/home/anna/share"_s, UnitAccess::ReadOnly);
    row("full, temporary", agent, u"/tmp/share"_s, UnitAccess::Full);
    row("full, settings", agent, u"/etc/dtf"_s, UnitAccess::ReadOnly);
    row("yes, settings", "ProtectSystem=yes\n", u"/etc/dtf"_s, UnitAccess::Full);
    row("yes, programs", "ProtectSystem=yes\n", u"/usr/share/dtf"_s, UnitAccess::ReadOnly);
    row("a home in memory", "ProtectHome=tmpfs\n", u"/root/share"_s, UnitAccess::Hidden);
    row("nothing is protected", plain, u"/home/anna/share"_s, UnitAccess::Full);
}

void UnitViews::whatAUnitLeaves()
{
    QFETCH(QByteArray, shown);
    QFETCH(QString, folder);
    QFETCH(UnitAccess, access);
    QCOMPARE(accessTo(parseUnitView(shown), folder), access);
}

void UnitViews::aPathThatIsNotPrintedIsNotJudged()
{
    const UnitView view = parseUnitView("ProtectSystem=strict\nReadWritePaths=-/srv [unprintable]\n");
    QVERIFY(!view.isWhole);
    QCOMPARE(accessTo(view, u"/data/a b"_s), UnitAccess::Full);
}

void UnitViews::theRowSaysWhichFolderAndWhatToDo()
{
    const UnitView view = parseUnitView("ProtectSystem=strict\nProtectHome=yes\nReadWritePaths=-/srv\n");
    QVERIFY(checkUnitView("agent"_L1, view, {u"/srv/a"_s, u"/srv/b"_s}).ok());
    const CheckRow narrow = checkUnitView("agent"_L1, view, {u"/srv/a"_s, u"/data/b"_s});
    QVERIFY(!narrow.ok());
    QVERIFY2(narrow.found.contains("only read /data/b"_L1) && narrow.advice.contains("ReadWritePaths=/data/b"_L1),
        qUtf8Printable(narrow.detail()));
    const CheckRow hidden = checkUnitView("agent"_L1, view, {u"/home/b"_s});
    QVERIFY2(!hidden.ok() && hidden.found.contains("hides /home/b"_L1), qUtf8Printable(hidden.detail()));
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::UnitViews)
#include "tst_unitview.moc"
