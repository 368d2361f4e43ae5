// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/ground/mounts.h"
#include "tests/setup/setupground.h"
#include "tests/support/apiclient.h"
#include "tests/support/markedprocesses.h"
#include "tests/support/sharelook.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QElapsedTimer>
#include <QStandardPaths>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// From two programs and an empty share to the first file in completed, with the system's own places and defaults: what IT does,
/// command by command.
class FirstStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void withoutSetUpItSaysWhatToDo();
    void setUpStartAndAFileCompletes();

private:
    QTemporaryDir m_layer;
};

void FirstStart::initTestCase()
{
    if (::geteuid() != 0 || !ownMounts() || !inMemory(m_layer.path()) || !overlay(u"/etc"_s, m_layer.filePath(u"etc"_s))
        || !overlay(u"/var/lib"_s, m_layer.filePath(u"lib"_s))) {
        QSKIP("an /etc and a /var/lib of this test's own can't be had: it needs root and overlay mounts");
    }
    if (QFile::exists(u"/etc/dtf"_s)
        && (!QDir(u"/etc/dtf"_s).removeRecursively() || !QDir(u"/var/lib/dtf"_s).removeRecursively())) {
        QSKIP("the product is installed here and can't be hidden");
    }
}

void FirstStart::withoutSetUpItSaysWhatToDo()
{
    SetupGround ground;
    for (const char *part : {"orchestrator", "agent"}) {
        const QString program = part == QByteArray("agent") ? SetupGround::agentProgram() : SetupGround::orchestratorProgram();
        for (const QStringList &command : {QStringList(), QStringList {u"--check"_s}}) {
            const Ended ended = ground.run(program, command);
            QCOMPARE(ended.code, 2);
            QVERIFY2(ended.err.contains(QByteArray("there is no /etc/dtf/") + part + ".toml: run dtf-" + part + " setup"),
                ended.err.constData());
        }
    }
}

void FirstStart::setUpStartAndAFileCompletes()
{
    SetupGround ground;
    QElapsedTimer since;
    since.start();
    const Ended first = ground.run(SetupGround::orchestratorProgram(),
        {u"setup"_s, u"--yes"_s, u"--share"_s, ground.share(), u"--address"_s, u"127.0.0.1"_s, u"--port"_s,
            QString::number(ground.port()), u"--operator"_s, u"anna"_s, u"--node"_s, u"DTF-01"_s});
    QVERIFY2(first.code == 0, first.all().constData());
    QVERIFY2(first.out.contains("systemctl enable --now dtf-orchestrator"), first.out.constData()); // no unit is installed here
    QVERIFY(QFile::exists(u"/etc/dtf/orchestrator.toml"_s) && QFile::exists(u"/var/lib/dtf/orchestrator"_s));

    ChildProgram orchestrator(SetupGround::orchestratorProgram(), {}, ground.path(u"orchestrator.log"_s), ground.mark());
    static const QRegularExpression listening(u"listening on port \\d+"_s);
    QVERIFY(orchestrator.start());
    QVERIFY2(orchestrator.printed(listening).hasMatch(), qUtf8Printable(orchestrator.output()));

    const QByteArray operatorToken = contentOf(u"/etc/dtf/fresh-tokens/operator-anna.token"_s).trimmed();
    const QByteArray nodeToken = contentOf(u"/etc/dtf/fresh-tokens/node-DTF-01.token"_s);
    QStringList command {u"setup"_s, u"--yes"_s, u"--token-stdin"_s, u"--share"_s, ground.share(), u"--name"_s, u"DTF-01"_s,
        u"--orchestrator"_s, u"http://127.0.0.1:%1"_s.arg(ground.port()), u"--port"_s, QString::number(ground.browserPort()),
        u"--pipeline"_s, u"/bin/cp {file} {out}"_s};
    for (const char *argument : {"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"}) {
        command.append(u"--browser-argument=%1"_s.arg(QLatin1StringView(argument)));
    }
    const Ended second = ground.run(SetupGround::agentProgram(), command, nodeToken);
    QVERIFY2(second.code == 0, second.all().constData());
    const Ended check = ground.run(SetupGround::agentProgram(), {u"--check"_s, u"--json"_s});
    QVERIFY2(check.code == 0, check.all().constData());
    ChildProgram agent(SetupGround::agentProgram(), {}, ground.path(u"agent.log"_s), ground.mark());
    QVERIFY(agent.start());

    ApiClient api(ground.port(), operatorToken);
    UNTIL(api.isReady("DTF-01"), seconds(90));
    qInfo("ready after %lld ms", static_cast<long long>(since.elapsed()));
    const QByteArray content = "name;amount\nA;1\n";
    QVERIFY(writeFile(ground.share() + u"/incoming/.first.part"_s, content));
    QVERIFY(::rename(QFile::encodeName(ground.share() + u"/incoming/.first.part"_s).constData(),
                QFile::encodeName(ground.share() + u"/incoming/first.csv"_s).constData())
        == 0);
    UNTIL(api.count(JobState::Done) == 1, seconds(120));
    qInfo("the first file in completed after %lld ms", static_cast<long long>(since.elapsed()));

    // What the node's page of the console shows: the same rows.
    const JsonReply self = api.post(u"/api/v1/nodes/DTF-01/self-check"_s, {});
    const auto rows = self.result.and_then([](const QJsonObject &object) { return fromJson<CheckData>(object); });
    QVERIFY2(rows.has_value(), qPrintable(rows ? QString() : rows.error().detail));
    QSet<QString> names;
    for (const CheckLine &line : rows->rows) {
        names.insert(line.what);
        QVERIFY2(line.ok, qPrintable(line.what + u": "_s + line.detail));
    }
    for (auto row = check.rows.keyBegin(); row != check.rows.keyEnd(); ++row) {
        QVERIFY2(names.contains(*row), qPrintable(*row));
    }

    const ShareLook look(ground.share().toStdString());
    QCOMPARE(look.tokens().size(), 1);
    const PlacedToken done = look.tokens().first();
    QCOMPARE(done.room, "done"_ba);
    QCOMPARE(look.contentOf(done.path + "/first.csv"), content);
    QVERIFY2(look.tokenComplaints().isEmpty() && look.manifestComplaints().isEmpty(),
        qUtf8Printable((look.tokenComplaints() + look.manifestComplaints()).join(u'\n')));
    QVERIFY(agent.stop(seconds(30)));
    QVERIFY(orchestrator.stop());
    const Ended audit = ground.run(SetupGround::orchestratorProgram(), {u"audit"_s, u"verify"_s});
    QVERIFY2(audit.code == 0, audit.all().constData());
    QVERIFY(endMarkedProcesses("/var/lib/dtf/agent/chrome-profile")); // its browser outlives it by design
    UNTIL(std::ranges::none_of(
              markedProcesses(ground.mark().toUtf8()), [](const MarkedProcess &p) { return !p.command.contains("janitor"); }),
        seconds(20));
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::FirstStart)
#include "tst_first_start.moc"
