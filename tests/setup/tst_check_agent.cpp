// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/setup/setupground.h"
#include "tests/support/certificates.h"
#include "tests/support/markedprocesses.h"
#include "tests/support/waiting.h"

#include <QDateTime>
#include <QDir>
#include <QProcess>
#include <QScopeGuard>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>

#include <thread>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// `dtf-agent --check` where one thing is broken: the row, the advice, the exit code.
class CheckAgent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_ground.reset(); }

    void allInOrder();
    void noShareAndNoOrchestrator();
    void tokensThatAreNotThisNodes();
    void aNodeThatTheOrchestratorDoesNotName();
    void certificates();
    void anOrchestratorWithAnotherClock();
    void somethingElseAtItsAddress();
    void browsers();
    void aBrowserByHandOnTheProfile();
    void portTakenIsAWarning();
    void pipelineMissing();
    void accountWithoutRights();
    void badToml();

private:
    std::unique_ptr<SetupGround> m_ground; ///< set up, its orchestrator running
    QByteArray m_config; ///< of its agent, in good order
};

void CheckAgent::init()
{
    m_ground = std::make_unique<SetupGround>();
    const Ended first = m_ground->setUpOrchestrator();
    QVERIFY2(first.code == 0, first.all().constData());
    QVERIFY(m_ground->startOrchestrator());
    QVERIFY(m_ground->bringToken());
    const Ended second = m_ground->setUpAgent();
    QVERIFY2(second.code == 0, second.all().constData());
    m_config = contentOf(m_ground->agentConfig());
}

void CheckAgent::allInOrder()
{
    const Ended ended = m_ground->checkAgent();
    QVERIFY2(ended.code == 0, ended.all().constData());
    for (const CheckRow &row : ended.rows) {
        QVERIFY2(row.ok(), qPrintable(row.what + u": "_s + row.detail()));
    }
    ROW_IS(ended, "token", Ok, "accepted as DTF-01's", "");
    ROW_IS(ended, "clock", Ok, "", "");
    ROW_IS(ended, "browser", Ok, "version", "");
    ROW_IS(ended, "DevTools port", Ok, "is free", "");
}

void CheckAgent::noShareAndNoOrchestrator()
{
    QVERIFY(m_ground->orchestrator().stop());
    QVERIFY(QDir(m_ground->share()).removeRecursively());
    const Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share", Failed, "is not there", "mount the share");
    ROW_IS(ended, "orchestrator", Failed, "refused", "firewalls");
    QVERIFY(!ended.rows.contains(u"token"_s)); // nobody could be asked
    ROW_IS(ended, "browser", Ok, "", ""); // the others are told all the same
}

void CheckAgent::tokensThatAreNotThisNodes()
{
    const QString file = m_ground->path(u"etc/agent.token"_s);
    QVERIFY(writeFile(file, "a-token-that-nobody-has-ever-made\n", true));
    Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token", Failed, "refused", "take the token");

    QVERIFY(writeFile(file, contentOf(m_ground->tokenOf(u"operator-anna"_s)), true));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token", Failed, "operator:anna", "made for this node");

    QVERIFY(writeFile(file, contentOf(m_ground->tokenOf(u"node-DTF-01"_s)), true));
    QVERIFY(replaceIn(m_ground->agentConfig(), "name = \"DTF-01\"", "name = \"DTF-02\""));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token", Failed, "that of DTF-01, this node is DTF-02", "correct [node] name");
    ROW_IS(ended, "share folders", Failed, "processing/DTF-02", "--init-share");

    QVERIFY(writeFile(m_ground->agentConfig(), m_config));
    QVERIFY(QFile::setPermissions(file, QFile::permissions(file) | QFile::ReadOther));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token file", Failed, "chmod 600", "");

    QVERIFY(QFile::remove(file));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token file", Failed, "agent.token", "dtf-orchestrator setup");
}

void CheckAgent::aNodeThatTheOrchestratorDoesNotName()
{
    QVERIFY(m_ground->orchestrator().stop());
    QVERIFY(replaceIn(m_ground->orchestratorConfig(), "[[node]]\nname = \"DTF-01\"", "[[node]]\nname = \"DTF-09\""));
    QVERIFY(m_ground->startOrchestrator());
    const Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "node", Failed, "no such node", "[[node]]");
}

void CheckAgent::certificates()
{
    const auto toTls = [this](const QByteArray &pin) {
        QByteArray text = m_config;
        text.replace("\"http://", "\"https://");
        text.replace("#fingerprint = \"\"", "fingerprint = \"" + pin + '"');
        return writeFile(m_ground->agentConfig(), text);
    };
    QVERIFY(toTls({}));
    Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "orchestrator's certificate", Failed, "", "fingerprint");

    Certificates certificates;
    const auto made = certificates.make({u"orch"_s});
    QVERIFY(m_ground->orchestrator().stop());
    const Ended again = m_ground->setUpOrchestrator({u"--replace"_s, u"--certificate"_s, made.certificate, u"--key"_s, made.key});
    QVERIFY2(again.code == 0, again.all().constData());
    QVERIFY(m_ground->startOrchestrator());
    QVERIFY(toTls(made.fingerprint.toString().toLatin1()));
    ended = m_ground->checkAgent();
    QVERIFY2(ended.code == 0, ended.all().constData());
    QVERIFY(toTls(QByteArray(64, 'a')));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "orchestrator's certificate", Failed, "", "--check shows");
    QVERIFY(!ended.rows.contains(u"token"_s)); // it was not sent
    QVERIFY(writeFile(m_ground->agentConfig(), m_config));
    ended = m_ground->checkAgent(); // plain HTTP to a port that speaks TLS
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token", Failed, "speaks TLS", "https://");
}

/// Stands at the orchestrator's port and says one thing to whoever comes.
class OneAnswer
{
public:
    OneAnswer(quint16 port, const QByteArray &answer)
        : m_thread([this, port, answer] {
            QTcpServer server;
            m_listens = server.listen(QHostAddress::LocalHost, port);
            while (m_listens && !m_ends) {
                if (!server.waitForNewConnection(50)) {
                    continue;
                }
                const std::unique_ptr<QTcpSocket> peer(server.nextPendingConnection());
                (void)peer->waitForReadyRead(5'000);
                peer->write(answer);
                peer->disconnectFromHost();
                (void)(peer->state() == QAbstractSocket::UnconnectedState || peer->waitForDisconnected(5'000));
            }
        })
    { }
    ~OneAnswer()
    {
        m_ends = true;
        m_thread.join();
    }
    [[nodiscard]] bool listens() const { return m_listens; }

private:
    std::atomic<bool> m_listens = false;
    std::atomic<bool> m_ends = false;
    std::thread m_thread;
};

void CheckAgent::anOrchestratorWithAnotherClock()
{
    QVERIFY(m_ground->orchestrator().stop());
    const qint64 then = QDateTime::currentMSecsSinceEpoch() - qint64 {3'600'000};
    const QByteArray body = "{\"caller\":\"agent:DTF-01\",\"node\":\"DTF-01\",\"known\":true,\"protocol\":1,\"time\":"
        + QByteArray::number(then) + "}";
    const OneAnswer other(m_ground->port(),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n"
            + body);
    UNTIL(other.listens(), seconds(20));
    const Ended ended = m_ground->checkAgent();
    QVERIFY2(ended.code == 0, ended.all().constData()); // nothing depends on it
    ROW_IS(ended, "clock", Warning, "ahead of the orchestrator's", "time synchronisation");
    QVERIFY2(ended.rows.value(u"clock"_s).found.startsWith("36"_L1), ended.all().constData());
}

void CheckAgent::somethingElseAtItsAddress()
{
    QVERIFY(m_ground->orchestrator().stop());
    {
        const OneAnswer other(m_ground->port(), "SSH-2.0-OpenSSH_9.2p1\r\n");
        UNTIL(other.listens(), seconds(20));
        const Ended ended = m_ground->checkAgent();
        QCOMPARE(ended.code, 1);
        ROW_IS(ended, "token", Failed, "none of HTTP", "really the orchestrator's address");
    }
    const OneAnswer old(m_ground->port(), "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
    UNTIL(old.listens(), seconds(20));
    const Ended ended = m_ground->checkAgent();
    QVERIFY2(ended.code == 0, ended.all().constData());
    ROW_IS(ended, "token", Warning, "older version", "upgrade");
}

void CheckAgent::browsers()
{
    const auto with = [this](const QByteArray &line) {
        QByteArray text = m_config;
        text.replace("#program = \"\"", line);
        return writeFile(m_ground->agentConfig(), text);
    };
    QVERIFY(with("program = \"/opt/no/such/chrome\""));
    Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "browser", Failed, "/opt/no/such/chrome", "leave [browser] program out");

    QVERIFY(with("program = \"/bin/true\""));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 0);
    ROW_IS(ended, "browser", Warning, "/bin/true does not tell its version", "Chrome or Chromium");

    QByteArray text = m_config;
    text.replace("chrome-profile\"", "home/.config/google-chrome\"");
    QVERIFY(text != m_config && writeFile(m_ground->agentConfig(), text));
    ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "browser profile", Failed, "everyday profile", "a folder of its own");
}

void CheckAgent::aBrowserByHandOnTheProfile()
{
    const QString chromium = qEnvironmentVariable("DTF_TEST_BROWSER", QStandardPaths::findExecutable(u"chromium"_s));
    if (chromium.isEmpty()) {
        QSKIP("no Chromium here");
    }
    ChildProgram byHand(chromium,
        {u"--headless=new"_s, u"--no-sandbox"_s, u"--disable-gpu"_s, u"--disable-dev-shm-usage"_s,
            u"--user-data-dir="_s + m_ground->path(u"agent/chrome-profile"_s), u"about:blank"_s},
        m_ground->path(u"byhand.log"_s), m_ground->mark());
    QVERIFY(byHand.start());
    const auto gone = qScopeGuard([this] { (void)endMarkedProcesses(m_ground->path(u"agent/chrome-profile"_s).toUtf8()); });
    UNTIL(QFileInfo(m_ground->path(u"agent/chrome-profile/SingletonLock"_s)).isSymLink()
            || QFileInfo::exists(m_ground->path(u"agent/chrome-profile/Local State"_s)),
        seconds(60));
    const Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "browser profile", Failed, "started by hand on our profile", "close that browser");
}

void CheckAgent::portTakenIsAWarning()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, m_ground->browserPort()));
    const Ended ended = m_ground->checkAgent();
    QVERIFY2(ended.code == 0, ended.all().constData());
    ROW_IS(ended, "DevTools port", Warning, "taken by another program", "{port}");
}

void CheckAgent::pipelineMissing()
{
    QVERIFY(replaceIn(m_ground->agentConfig(), "cp\", \"{file}\"", "no-such-program\", \"{file}\""));
    const Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "pipeline", Failed, "no-such-program", "install it");
}

void CheckAgent::accountWithoutRights()
{
    if (::geteuid() != 0) {
        QSKIP("only root can try another account's rights");
    }
    QVERIFY(m_ground->letOthersLook());
    const QString barred = m_ground->path(u"barred"_s);
    QVERIFY(QDir().mkpath(barred) && QFile::setPermissions(barred, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    QVERIFY(replaceIn(m_ground->agentConfig(), "#working_dir = \"\"", "working_dir = \"" + barred.toUtf8() + '"'));
    const Ended ended = m_ground->check(SetupGround::agentProgram(), {u"--user"_s, u"nobody"_s});
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "token file", Failed, "the account nobody can't read", "chown nobody");
    ROW_IS(ended, "pipeline", Failed, "nobody may not enter", "right to (x)");
    ROW_IS(ended, "state", Failed, "can't be written", "account nobody");
    ROW_IS(ended, "scratch", Failed, "", "account nobody");
    ROW_IS(ended, "share writable", Failed, "Permission denied", "account nobody");
}

void CheckAgent::badToml()
{
    QVERIFY(writeFile(m_ground->agentConfig(), m_config + "\n[brwoser]\nport = 1\n"));
    const Ended ended = m_ground->checkAgent();
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.err.contains("did you mean browser?"), ended.err.constData());
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::CheckAgent)
#include "tst_check_agent.moc"
