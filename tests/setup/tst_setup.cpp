// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentconfig.h"
#include "common/core/joincode.h"
#include "orchestrator/orchestratorconfig.h"
#include "tests/setup/setupground.h"

#include <QDir>
#include <QTcpServer>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// `setup` of both parts: what it writes, when it refuses, and that a refusal leaves nothing behind.
class Setup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyThereToAnswer();
    void wrongOptions_data();
    void wrongOptions();
    void whatFailsIsNotWritten();
    void whatIsWritten();
    void tokensAreMadeOnce();
    void anOldConfigurationIsKept();
    void aDryRunChangesNothing();
    void anAgentAgainstWhatIsBroken();
    void aPipelineOfDifficultWordsIsKept();
    void theTokenOnStandardInput();
    void joining();
    void joiningWithoutRights();
    void aTokenThatWasThereIsGivenToTheService();
};

namespace {

bool isPrivate(const QString &file)
{
    return (QFile::permissions(file) & (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)) == 0;
}

} // namespace

void Setup::nobodyThereToAnswer()
{
    SetupGround ground;
    for (const QString &program : {SetupGround::orchestratorProgram(), SetupGround::agentProgram()}) {
        const Ended ended = ground.run(program, {u"setup"_s, u"--config"_s, ground.agentConfig()});
        QCOMPARE(ended.code, 2);
        QVERIFY2(ended.err.contains("is no terminal"), ended.err.constData());
        QVERIFY(ended.err.contains("--yes"));
        const Ended help = ground.run(program, {u"setup"_s, u"--help"_s});
        QCOMPARE(help.code, 0);
        QVERIFY(help.out.contains("--share") && help.out.contains("--dry-run"));
    }
    QVERIFY(!QFile::exists(ground.agentConfig()));
}

void Setup::wrongOptions_data()
{
    QTest::addColumn<bool>("ofAgent");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("said");
    const auto row = [](const char *name, bool ofAgent, const QStringList &options, const char *said) {
        QTest::newRow(name) << ofAgent << options << QByteArray(said);
    };
    row("no share", false, {u"--yes"_s}, "--share is needed: it has no default");
    row("half a path", false, {u"--yes"_s, u"--share"_s, u"srv"_s}, "--share: It must be a whole path");
    row("no port", false, {u"--yes"_s, u"--share"_s, u"SHARE"_s, u"--port"_s, u"http"_s},
        "--port: It must be a whole number from 1 to 65535");
    row("no address", false, {u"--yes"_s, u"--share"_s, u"SHARE"_s, u"--address"_s, u"here"_s},
        "--address: It must be an IP address");
    row("a node of lower case", false, {u"--yes"_s, u"--share"_s, u"SHARE"_s, u"--node"_s, u"dtf-01"_s},
        "--node: It is \"dtf-01\"; must be a node name");
    row("no such certificate", false,
        {u"--yes"_s, u"--share"_s, u"SHARE"_s, u"--certificate"_s, u"/no.crt"_s, u"--key"_s, u"/no.key"_s}, "/no.crt");
    row("a key is missing", false, {u"--yes"_s, u"--share"_s, u"SHARE"_s, u"--certificate"_s, u"/no.crt"_s}, "--key is needed");
    row("unknown", false, {u"--yes"_s, u"--shares"_s, u"/srv"_s}, "shares");
    row("too much", false, {u"--yes"_s, u"/srv"_s}, "unexpected: /srv");
    row("no such account", false, {u"--yes"_s, u"--user"_s, u"no-such-account"_s, u"--share"_s, u"SHARE"_s},
        "no account no-such-account");
    row("agent: no share", true, {u"--yes"_s, u"--name"_s, u"DTF-01"_s}, "--share is needed");
    row("agent: a strange name", true, {u"--yes"_s, u"--name"_s, u"CON"_s}, "--name: It is \"CON\"; must be a node name");
    row("agent: an address with a path", true,
        {u"--yes"_s, u"--keep-going"_s, u"--share"_s, u"SHARE"_s, u"--orchestrator"_s, u"http://o:3000/x"_s},
        "--orchestrator: It");
    row("agent: no fingerprint", true,
        {u"--yes"_s, u"--keep-going"_s, u"--share"_s, u"SHARE"_s, u"--orchestrator"_s, u"https://127.0.0.1:1"_s,
            u"--fingerprint"_s, u"ab"_s},
        "--fingerprint: ");
    row("agent: no token", true,
        {u"--yes"_s, u"--keep-going"_s, u"--share"_s, u"SHARE"_s, u"--orchestrator"_s, u"http://127.0.0.1:1"_s},
        "--token-file: ");
}

void Setup::wrongOptions()
{
    QFETCH(bool, ofAgent);
    QFETCH(QStringList, options);
    QFETCH(QByteArray, said);
    SetupGround ground;
    options.replaceInStrings(u"SHARE"_s, ground.share());
    const QString config = ofAgent ? ground.agentConfig() : ground.orchestratorConfig();
    const Ended ended = ground.run(ofAgent ? SetupGround::agentProgram() : SetupGround::orchestratorProgram(),
        QStringList {u"setup"_s} + options + QStringList {u"--config"_s, config});
    QVERIFY2(ended.code == 2, ended.all().constData());
    QVERIFY2(ended.err.contains(said), ended.all().constData());
    QVERIFY(!QFile::exists(config));
    QVERIFY(QDir(ground.share()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void Setup::whatFailsIsNotWritten()
{
    SetupGround ground;
    QVERIFY(QDir(ground.share()).removeRecursively());
    const Ended ended = ground.setUpOrchestrator();
    QCOMPARE(ended.code, 1);
    QVERIFY2(ended.out.contains("is not there") && ended.out.contains("mount the share"), ended.all().constData());
    QVERIFY(!QFile::exists(ground.orchestratorConfig()) && !QFile::exists(ground.path(u"etc/tokens.toml"_s)));
    const Ended all = ground.setUpOrchestrator({u"--keep-going"_s}); // an image whose share comes later
    QVERIFY2(all.code == 0, all.all().constData());
    QVERIFY(QFile::exists(ground.orchestratorConfig()));
    QVERIFY(!QFile::exists(ground.share())); // nothing is made where the share will be
}

void Setup::whatIsWritten()
{
    SetupGround ground;
    const Ended ended = ground.setUpOrchestrator({u"--host"_s, u"dtf-orch"_s, u"--host"_s, u"dtf-orch.example"_s});
    QVERIFY2(ended.code == 0, ended.all().constData());
    const auto config = loadOrchestratorConfig(ground.orchestratorConfig());
    QVERIFY2(config.has_value(), qPrintable(config ? QString() : config.error().detail));
    QCOMPARE(config->shareRoot, ground.share());
    QCOMPARE(config->listenHosts, QStringList({u"dtf-orch"_s, u"dtf-orch.example"_s}));
    QCOMPARE(config->nodes.size(), 1);
    const QByteArray text = contentOf(ground.orchestratorConfig());
    QVERIFY(text.contains("# The database file. On a local disk, never on the share.\n"));
    QVERIFY(text.contains("\n#cache_seconds = 15\n"));
    QVERIFY(QDir(ground.share() + u"/processing/DTF-01/running"_s).exists());
    QVERIFY(isPrivate(ground.path(u"etc/tokens.toml"_s)) && isPrivate(ground.tokenOf(u"operator-anna"_s)));
    QVERIFY((QFile::permissions(ground.orchestratorConfig()) & (QFile::ReadOther | QFile::WriteOther)) == 0);
    QVERIFY(!contentOf(ground.path(u"etc/tokens.toml"_s)).contains(contentOf(ground.tokenOf(u"operator-anna"_s)).trimmed()));
    QVERIFY2(ended.out.contains("fresh-tokens/node-DTF-01.token"), ended.out.constData());
    QVERIFY2(!ended.all().contains(contentOf(ground.tokenOf(u"node-DTF-01"_s)).trimmed()), "a token on the screen");
}

void Setup::tokensAreMadeOnce()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    const QByteArray first = contentOf(ground.path(u"etc/tokens.toml"_s));
    const QByteArray anna = contentOf(ground.tokenOf(u"operator-anna"_s));
    const Ended again = ground.setUpOrchestrator(); // the same once more: nothing is asked, nothing changes
    QVERIFY2(again.code == 0 && again.out.contains("says all that already"), again.all().constData());
    QCOMPARE(contentOf(ground.path(u"etc/tokens.toml"_s)), first);
    const Ended more = ground.setUpOrchestrator({u"--replace"_s, u"--node"_s, u"DTF-02"_s});
    QVERIFY2(more.code == 0, more.all().constData());
    QVERIFY(contentOf(ground.path(u"etc/tokens.toml"_s)).startsWith(first));
    QCOMPARE(contentOf(ground.tokenOf(u"operator-anna"_s)), anna);
    QVERIFY(contentOf(ground.tokenOf(u"node-DTF-02"_s)).trimmed().size() >= 24);
    const auto config = loadOrchestratorConfig(ground.orchestratorConfig());
    QVERIFY(config && config->nodes.size() == 2);
    QVERIFY(QDir(ground.share() + u"/processing/DTF-02/running"_s).exists());
}

void Setup::anOldConfigurationIsKept()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(replaceIn(ground.orchestratorConfig(), "#max_attempts = 3", "max_attempts = 7"));
    const QByteArray old = contentOf(ground.orchestratorConfig());
    const QStringList other {u"--port"_s, QString::number(ground.browserPort())};
    const Ended refused = ground.setUpOrchestrator(other);
    QVERIFY2(refused.code == 1 && refused.out.contains("--replace was not given"), refused.all().constData());
    QCOMPARE(contentOf(ground.orchestratorConfig()), old);
    const Ended done = ground.setUpOrchestrator(other + QStringList {u"--replace"_s});
    QVERIFY2(done.code == 0, done.all().constData());
    QCOMPARE(contentOf(ground.orchestratorConfig() + u".bak"_s), old);
    const auto config = loadOrchestratorConfig(ground.orchestratorConfig());
    QVERIFY(config.has_value());
    QCOMPARE(config->maxAttempts, 7); // what was set by hand stays
    QCOMPARE(config->listenPort, ground.browserPort());

    QVERIFY(writeFile(ground.orchestratorConfig(), "[share]\nrot = 1\n"));
    const Ended broken = ground.setUpOrchestrator({u"--replace"_s});
    QVERIFY2(broken.code == 0 && broken.out.contains("can't be used") && broken.out.contains(":2: share.rot"),
        broken.all().constData());
    QCOMPARE(contentOf(ground.orchestratorConfig() + u".bak2"_s), "[share]\nrot = 1\n"_ba);
}

void Setup::aDryRunChangesNothing()
{
    SetupGround ground;
    const Ended ended = ground.setUpOrchestrator({u"--dry-run"_s});
    QVERIFY2(ended.code == 0, ended.all().constData());
    QVERIFY(ended.err.contains("share rename race"));
    const auto config = parseOrchestratorConfig(ended.out, ground.orchestratorConfig()); // nothing else on that stream
    QVERIFY2(config.has_value(), qPrintable(config ? QString() : config.error().detail));
    QCOMPARE(config->shareRoot, ground.share());
    QVERIFY(!QFile::exists(ground.path(u"etc"_s)) && !QFile::exists(ground.path(u"state"_s)));
    QVERIFY(QDir(ground.share()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void Setup::anAgentAgainstWhatIsBroken()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(ground.bringToken());
    const auto refuses = [&ground](const QStringList &more, const char *said) {
        const Ended ended = ground.setUpAgent(more);
        const bool well = ended.code == 1 && ended.all().contains(said) && !QFile::exists(ground.agentConfig());
        if (!well) {
            qWarning("%d\n%s", ended.code, ended.all().constData());
        }
        return well;
    };
    QVERIFY(refuses({}, "do the firewalls let port")); // the orchestrator does not run
    QVERIFY(ground.startOrchestrator());
    QVERIFY(refuses({u"--share"_s, ground.path(u"nowhere"_s)}, "mount the share"));
    QVERIFY(refuses({u"--name"_s, u"DTF-02"_s}, "processing/DTF-02"));
    QVERIFY(refuses({u"--browser"_s, u"/no/chrome"_s}, "/no/chrome is not there"));
    QVERIFY(refuses({u"--profile"_s, ground.path(u"x/.config/google-chrome"_s)}, "everyday profile"));
    const Ended noPipeline = ground.setUpAgent({u"--pipeline"_s, u"no-such-program {file}"_s});
    QVERIFY2(noPipeline.code == 2 && noPipeline.err.contains("no-such-program is not there"), noPipeline.all().constData());
    const QByteArray token = contentOf(ground.path(u"etc/agent.token"_s));
    QVERIFY(writeFile(ground.path(u"etc/agent.token"_s), "this-is-no-token-that-anybody-made\n", true));
    QVERIFY(refuses({}, "take the token that dtf-orchestrator setup made"));
    QVERIFY(writeFile(ground.path(u"etc/agent.token"_s), token, true));
    const Ended done = ground.setUpAgent();
    QVERIFY2(done.code == 0, done.all().constData());
    const auto config = loadAgentConfig(ground.agentConfig());
    QVERIFY2(config.has_value(), qPrintable(config ? QString() : config.error().detail));
    QCOMPARE(config->pipeline.command, QStringList({u"/bin/cp"_s, u"{file}"_s, u"{out}"_s}));
    QCOMPARE(config->scratchDir, ground.path(u"agent/scratch"_s));
    QVERIFY(ground.orchestrator().stop());
}

void Setup::aPipelineOfDifficultWordsIsKept()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(ground.bringToken());
    QVERIFY(ground.startOrchestrator());
    QVERIFY(ground.setUpAgent().code == 0);
    QVERIFY(replaceIn(ground.agentConfig(), R"(command = ["/bin/cp", "{file}", "{out}"])",
        R"(command = ["/bin/sh", "-c", "echo \"$1  b\" >&2", "", "a\tb", "{file}"])"));
    QStringList options = ground.agentOptions();
    const qsizetype at = options.indexOf(u"--pipeline"_s);
    QVERIFY(at >= 0);
    options.remove(at, 2);
    const Ended again = ground.run(SetupGround::agentProgram(),
        QStringList {u"setup"_s, u"--yes"_s, u"--replace"_s} + options + QStringList {u"--login-pattern"_s, u"/sign-in"_s});
    QVERIFY2(again.code == 0, again.all().constData());
    const auto config = loadAgentConfig(ground.agentConfig());
    QVERIFY2(config.has_value(), qPrintable(config ? QString() : config.error().detail));
    QCOMPARE(config->browser.loginPattern, u"/sign-in"_s);
    QCOMPARE(config->pipeline.command,
        QStringList({u"/bin/sh"_s, u"-c"_s, u"echo \"$1  b\" >&2"_s, QString(), u"a\tb"_s, u"{file}"_s}));
    QVERIFY(ground.orchestrator().stop());
}

void Setup::theTokenOnStandardInput()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(ground.startOrchestrator());
    const QByteArray token = contentOf(ground.tokenOf(u"node-DTF-01"_s));
    const QStringList command = QStringList {u"setup"_s, u"--yes"_s, u"--token-stdin"_s} + ground.agentOptions();
    const Ended none = ground.run(SetupGround::agentProgram(), command, "short\n");
    QVERIFY2(none.code == 2 && none.err.contains("is no token"), none.all().constData());
    const Ended ended = ground.run(SetupGround::agentProgram(), command, token);
    QVERIFY2(ended.code == 0, ended.all().constData());
    QCOMPARE(contentOf(ground.path(u"etc/agent.token"_s)), token);
    QVERIFY(isPrivate(ground.path(u"etc/agent.token"_s)));
    QVERIFY(ground.orchestrator().stop());
}

/// Only the file and its key: the joining itself is the agent's.
void Setup::joining()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(ground.startOrchestrator());
    QStringList options = ground.agentOptions();
    options.remove(options.indexOf(u"--name"_s), 2);
    const auto joins = [&](const QString &code) {
        return ground.run(SetupGround::agentProgram(), QStringList {u"setup"_s, u"--yes"_s, u"--join"_s, code} + options);
    };
    const Ended wrong = joins(u"A-CODE-FROM-DTF-CTL"_s);
    QVERIFY2(wrong.code == 2 && wrong.err.contains("no join code"), wrong.all().constData());
    QVERIFY(!QFile::exists(ground.agentConfig()) && !QFile::exists(ground.path(u"etc/agent.join"_s)));
    const QByteArray code = JoinCode::generate().text();
    const Ended ended = joins(QString::fromLatin1(code));
    QVERIFY2(ended.code == 0, ended.all().constData());
    QVERIFY2(ended.out.contains("All in all") && ended.out.contains("it will ask for the name"), ended.all().constData());
    QCOMPARE(contentOf(ground.path(u"etc/agent.join"_s)).trimmed(), code);
    QVERIFY(isPrivate(ground.path(u"etc/agent.join"_s)));
    QVERIFY(contentOf(ground.agentConfig()).contains("\njoin_code_file = "));
    QVERIFY(loadAgentConfig(ground.agentConfig()));

    // As others on the machine can't read it meanwhile.
    const QByteArray second = JoinCode::generate().text();
    const QStringList command = QStringList {u"setup"_s, u"--yes"_s, u"--replace"_s} + options;
    const Ended piped = ground.run(SetupGround::agentProgram(), command + QStringList {u"--join-stdin"_s}, second + '\n');
    QVERIFY2(piped.code == 0, piped.all().constData());
    QCOMPARE(contentOf(ground.path(u"etc/agent.join"_s)).trimmed(), second);
    QVERIFY(writeFile(ground.path(u"code"_s), code + '\n'));
    const Ended ofFile =
        ground.run(SetupGround::agentProgram(), command + QStringList {u"--join-file"_s, ground.path(u"code"_s)});
    QVERIFY2(ofFile.code == 0, ofFile.all().constData());
    QCOMPARE(contentOf(ground.path(u"etc/agent.join"_s)).trimmed(), code);

    // Run again for something else, it goes on joining as it did.
    const Ended other = ground.run(SetupGround::agentProgram(), command + QStringList {u"--login-pattern"_s, u"/sign-in"_s});
    QVERIFY2(other.code == 0, other.all().constData());
    QCOMPARE(contentOf(ground.path(u"etc/agent.join"_s)).trimmed(), code);
    QVERIFY(contentOf(ground.agentConfig()).contains("\njoin_code_file = "));
    QVERIFY(contentOf(ground.agentConfig()).contains("\nlogin_pattern = \"/sign-in\""));
    const Ended none = ground.run(SetupGround::agentProgram(), command + QStringList {u"--join-file"_s, u"/no/code"_s});
    QVERIFY2(none.code == 2 && none.err.contains("--join-file: /no/code can't be read"), none.all().constData());
    QVERIFY(ground.orchestrator().stop());
}

/// What the service could not do is told before it is started.
void Setup::joiningWithoutRights()
{
    if (::geteuid() != 0) {
        QSKIP("only root can try another account's rights");
    }
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(ground.startOrchestrator());
    QVERIFY(ground.letOthersLook());
    QVERIFY(QDir().mkpath(ground.path(u"agent"_s))); // root's, from somebody's first try
    QStringList options = ground.agentOptions();
    options.remove(options.indexOf(u"--name"_s), 2);
    const Ended ended = ground.run(SetupGround::agentProgram(),
        QStringList {u"setup"_s, u"--yes"_s, u"--keep-going"_s, u"--user"_s, u"nobody"_s, u"--join"_s,
            QString::fromLatin1(JoinCode::generate().text())}
            + options);
    QVERIFY2(ended.out.contains("All in all"), ended.all().constData());
    QVERIFY2(ended.out.contains("NOT OK   state"), ended.all().constData());
    QVERIFY(ground.orchestrator().stop());
}

void Setup::aTokenThatWasThereIsGivenToTheService()
{
    if (::geteuid() != 0) {
        QSKIP("only root can give files away");
    }
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    QVERIFY(ground.bringToken());
    const Ended agent = ground.setUpAgent({u"--keep-going"_s, u"--user"_s, u"nobody"_s});
    QVERIFY2(agent.code == 0, agent.all().constData());
    QCOMPARE(QFileInfo(ground.path(u"etc/agent.token"_s)).owner(), u"nobody"_s);
    const Ended orchestrator = ground.setUpOrchestrator({u"--keep-going"_s, u"--replace"_s, u"--user"_s, u"nobody"_s});
    QVERIFY2(orchestrator.code == 0, orchestrator.all().constData());
    QCOMPARE(QFileInfo(ground.path(u"etc/tokens.toml"_s)).owner(), u"nobody"_s);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Setup)
#include "tst_setup.moc"
