// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentconfig.h"
#include "common/setup/account.h"
#include "orchestrator/orchestratorconfig.h"
#include "tests/setup/setupground.h"
#include "tests/setup/typist.h"
#include "tests/support/certificates.h"

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

/// `setup` of both parts with somebody who sits before it and types.
class SetupPerson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPersonSetsTheOrchestratorUp();
    void aPersonSetsAnAgentUp();
    void interruptedAtASecretTheTerminalShowsAgainWhatIsTyped();
};

#define READS(typist, text) QVERIFY2((typist).reads(text), (typist).screen().constData())

void SetupPerson::aPersonSetsTheOrchestratorUp()
{
    SetupGround ground;
    Typist person(SetupGround::orchestratorProgram(), {u"setup"_s, u"--config"_s, ground.orchestratorConfig()});
    if (person.reads("Which account runs it? [", seconds(30))) { // root is asked
        person.types("");
    }
    READS(person, "The share's folder for DTF");
    person.types("share");
    READS(person, "It must be a whole path");
    person.types(ground.path(u"nowhere"_s).toUtf8());
    READS(person, "is not there");
    READS(person, "Go on all the same? [no]");
    person.types("");
    READS(person, "The share's folder for DTF");
    person.types(ground.share().toUtf8());
    READS(person, "50 of 50 races");
    READS(person, "The address to listen on (0.0.0.0: all)? [0.0.0.0]");
    person.types("127.0.0.1");
    READS(person, "The port? [3000]");
    person.types("three thousand");
    READS(person, "It must be a whole number from 1 to 65535.");
    person.types(QByteArray::number(ground.port()));
    READS(person, "call this machine? [");
    person.types("dtf-orch");
    READS(person, "A certificate for TLS");
    person.types("");
    READS(person, "The database file");
    person.types(ground.path(u"state/store.sqlite"_s).toUtf8());
    READS(person, "The file of those who may come? [");
    person.types("");
    READS(person, "Operators who get a token (names)? [operator]");
    person.types("anna");
    READS(person, "Worker VMs that get a token");
    person.types("DTF-01 DTF-02");
    READS(person, "Write ");
    person.types("yes");
    READS(person, "operator-anna.token");
    READS(person, "Make the folders that are missing on the share? [yes]");
    person.types("");
    READS(person, "All in all:");
    const int code = person.end();
    QVERIFY2(code == 0, person.screen().constData());
    const auto config = loadOrchestratorConfig(ground.orchestratorConfig());
    QVERIFY2(config.has_value(), qPrintable(config ? QString() : config.error().detail));
    QCOMPARE(config->nodes.size(), 2);
    QCOMPARE(config->listenPort, ground.port());
    const Ended ended = ground.checkOrchestrator();
    QVERIFY2(ended.code == 0, ended.all().constData());
}

void SetupPerson::aPersonSetsAnAgentUp()
{
    SetupGround ground;
    Certificates certificates;
    const auto made = certificates.make({u"orch"_s});
    const Ended first = ground.setUpOrchestrator({u"--certificate"_s, made.certificate, u"--key"_s, made.key});
    QVERIFY2(first.code == 0, first.all().constData());
    QVERIFY(ground.startOrchestrator());
    Typist person(SetupGround::agentProgram(),
        {u"setup"_s, u"--config"_s, ground.agentConfig(), u"--browser-argument=--headless=new"_s,
            u"--browser-argument=--no-sandbox"_s});
    if (person.reads("Which account runs it? [", seconds(30))) {
        person.types("");
    }
    READS(person, "A join code, as dtf-ctl join-code prints it");
    person.types("7K2QD");
    READS(person, "give the code that dtf-ctl join-code printed");
    person.types("");
    READS(person, "This node's name? [");
    person.types("DTF-01");
    READS(person, "The share's folder for DTF");
    person.types(ground.share().toUtf8());
    READS(person, "50 of 50 races");
    READS(person, "The folder for its journal");
    person.types(ground.path(u"agent"_s).toUtf8());
    READS(person, "The folder for copies of running files? [" + ground.path(u"agent/scratch"_s).toUtf8() + "]");
    person.types("");
    READS(person, "The orchestrator's address");
    person.types("https://127.0.0.1:" + QByteArray::number(ground.port()));
    READS(person, "SHA-256 " + made.fingerprint.toString().toLatin1());
    READS(person, "shall this one alone be trusted from now on? [no]");
    person.types("yes");
    READS(person, "The file with this node's token? [");
    person.types("");
    READS(person, "The token (it is not shown)?");
    const QByteArray token = contentOf(ground.tokenOf(u"node-DTF-01"_s)).trimmed();
    person.types(token);
    READS(person, "accepted as DTF-01's");
    READS(person, "Chrome or Chromium");
    person.types("");
    READS(person, "Its DevTools port? [9222]");
    person.types(QByteArray::number(ground.browserPort()));
    READS(person, "Its profile, a folder of its own? [");
    person.types("");
    READS(person, "The portal's address");
    person.types("ftp://portal");
    READS(person, "must be an http or https address");
    person.types("http://127.0.0.1:9/");
    READS(person, "log-in pages look");
    person.types("/login(");
    READS(person, "is no regular expression");
    person.types("/login");
    READS(person, "The program that is run for each file");
    person.types("no-such-program {file}");
    READS(person, "is not there or can't be run");
    person.types("cp {file} {out}");
    READS(person, "The folder it runs in");
    person.types("");
    READS(person, "Write ");
    person.types("");
    READS(person, "All in all:");
    const int code = person.end();
    QVERIFY2(code == 0, person.screen().constData());
    QVERIFY2(!person.screen().contains(token), "the token was shown");
    const auto config = loadAgentConfig(ground.agentConfig());
    QVERIFY2(config.has_value(), qPrintable(config ? QString() : config.error().detail));
    QVERIFY(config->orchestratorFingerprint == made.fingerprint);
    QVERIFY(config->pipeline.command.first().endsWith("/cp"_L1) && config->pipeline.command.first().startsWith(u'/'));
    QCOMPARE(contentOf(ground.path(u"etc/agent.token"_s)).trimmed(), token);
    QVERIFY(ground.orchestrator().stop());
}

void SetupPerson::interruptedAtASecretTheTerminalShowsAgainWhatIsTyped()
{
    SetupGround ground;
    const Ended first = ground.setUpOrchestrator();
    QVERIFY2(first.code == 0, first.all().constData());
    QVERIFY(ground.startOrchestrator());
    Typist person(SetupGround::agentProgram(),
        {u"setup"_s, u"--config"_s, ground.agentConfig(), u"--user"_s, ownAccountName(), u"--name"_s, u"DTF-01"_s, u"--share"_s,
            ground.share(), u"--state"_s, ground.path(u"agent"_s), u"--scratch"_s, ground.path(u"agent/scratch"_s),
            u"--orchestrator"_s, u"http://127.0.0.1:%1"_s.arg(ground.port())});
    READS(person, "A join code, as dtf-ctl join-code prints it");
    person.types("");
    READS(person, "The file with this node's token? [");
    QVERIFY(person.seesWhatItTypes());
    person.types("");
    READS(person, "The token (it is not shown)?");
    QVERIFY(!person.seesWhatItTypes());
    person.interrupts();
    QCOMPARE(person.end(), 128 + SIGINT);
    QVERIFY(person.seesWhatItTypes());
    QVERIFY(!QFileInfo::exists(ground.agentConfig()));
    QVERIFY(ground.orchestrator().stop());
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::SetupPerson)
#include "tst_person.moc"
