// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fleet.h"

#include <QFile>
#include <QProcess>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// Orchestrator, agent and dtf-ctl over TLS, with a certificate that only the pin makes good.
class Tls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFleetWorksOverTlsAndStopsForAnotherCertificate();
};

namespace {

bool replace(const QString &path, const QString &with)
{
    return QFile::remove(path) && QFile::copy(with, path);
}

struct End
{
    int code = -1;
    QString text;
};

End run(const QString &path, const QStringList &arguments)
{
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    program.start(path, arguments);
    return program.waitForFinished(30'000) ? End {program.exitCode(), QString::fromUtf8(program.readAll())} : End {};
}

End ctl(const Fleet &fleet, const QString &fingerprint)
{
    return run(QStringLiteral(DTF_TEST_CTL),
        {u"nodes"_s, u"--server"_s, u"https://127.0.0.1:%1"_s.arg(fleet.port()), u"--fingerprint"_s, fingerprint});
}

/// The line of dtf-agent --check about the certificate it sees.
QString seenByAgent(Fleet &fleet)
{
    const AgentProcess &agent = fleet.agent(1);
    const End end = run(fleet.agent(1).program().program(), {u"--check"_s, u"--config"_s, agent.configFile()});
    const QStringList lines = end.text.split(u'\n').filter(u"orchestrator's certificate"_s);
    return lines.value(0);
}

} // namespace

void Tls::theFleetWorksOverTlsAndStopsForAnotherCertificate()
{
    Certificates certificates;
    const Certificates::Made own = certificates.make({.name = u"own"_s, .host = u"DNS:elsewhere"_s, .expired = true});
    const Certificates::Made other = certificates.make({.name = u"other"_s});
    for (const QString &path : {own.certificate, own.key}) {
        QVERIFY(QFile::copy(path, path + u".kept"_s));
    }
    FleetPlan plan = scriptNodes(1, {u"/bin/sh"_s, u"-c"_s, u"cp -- \"$1\" \"$DTF_OUT/copy\""_s, u"copy"_s, u"{file}"_s});
    plan.tls = own;
    Fleet fleet(plan);
    BEGIN(fleet);
    fleet.drop("a.csv", "content of a");
    UNTIL(fleet.allDone(1), seconds(60));
    const QString right = own.fingerprint.toString();
    QVERIFY(ctl(fleet, right).text.contains(u"token"_s)); // trusted; it was given none
    QVERIFY2(seenByAgent(fleet).startsWith(u"ok "_s) && seenByAgent(fleet).contains(right), qPrintable(seenByAgent(fleet)));
    QString check;
    QVERIFY(fleet.runOrchestrator({u"--check"_s}, &check) != 0); // expired, and its port is taken
    QVERIFY2(check.contains(right) && check.contains(u"CN=localhost"_s) && check.contains(u"EXPIRED"_s)
            && check.contains(u"to 2020-02-01"_s),
        qPrintable(check));

    // Somebody else answers in its place.
    fleet.killOrchestrator();
    QVERIFY(replace(own.certificate, other.certificate) && replace(own.key, other.key));
    QVERIFY(fleet.startOrchestrator());
    const QRegularExpression refusal(u"no word from the orchestrator that counts: [^\\n]*"_s + other.fingerprint.toString());
    QVERIFY(fleet.agent(1).program().printed(refusal).hasMatch());
    const End refused = ctl(fleet, right);
    QCOMPARE(refused.code, 3);
    QVERIFY2(refused.text.contains(right) && refused.text.contains(other.fingerprint.toString()), qPrintable(refused.text));
    const QString seen = seenByAgent(fleet);
    QVERIFY2(
        seen.startsWith(u"NOT OK"_s) && seen.contains(right) && seen.contains(other.fingerprint.toString()), qPrintable(seen));
    fleet.drop("b.csv", "content of b");
    QVERIFY(stays([&] { return fleet.share().tokens("done").size() == 1; }, seconds(3)));

    // The right one is back, and so is the work.
    fleet.killOrchestrator();
    QVERIFY(replace(own.certificate, own.certificate + u".kept"_s) && replace(own.key, own.key + u".kept"_s));
    QVERIFY(fleet.startOrchestrator());
    UNTIL(fleet.allDone(2), seconds(90));
    ALL_IS_WELL(fleet);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Tls)
#include "tst_tls.moc"
