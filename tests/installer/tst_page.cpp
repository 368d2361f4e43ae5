// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/installer/installedfleet.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <array>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const QString serverAddress = u"10.77.0.1"_s;
const QString knowsServer = u"echo '%1 dtf-server' >> /etc/hosts; "_s.arg(serverAddress);
constexpr int workers = 3;

/// The first block of commands behind `heading` in the page's Debian part, without sudo, remarks and breaks of lines.
QStringList commandsBehind(const QString &heading)
{
    QFile page(QStringLiteral(DTF_TEST_PAGE));
    if (!page.open(QIODevice::ReadOnly)) {
        return {};
    }
    const QString text = QString::fromUtf8(page.readAll());
    const qsizetype part = text.indexOf("## Debian"_L1);
    const qsizetype from = text.indexOf(heading, part);
    const qsizetype fence = text.indexOf("```sh\n"_L1, from);
    const qsizetype end = text.indexOf("```"_L1, fence + 6);
    if (part < 0 || from < 0 || fence < 0 || end < 0) {
        return {};
    }
    QString block = text.mid(fence + 6, end - fence - 6);
    static const QRegularExpression lineBreak(u"\\\\\\n\\s*"_s);
    static const QRegularExpression remark(u"\\s+#.*$"_s, QRegularExpression::MultilineOption);
    block.replace(lineBreak, {}).remove(remark).remove(u"sudo "_s);
    block.replace(u"apt install"_s, u"apt-get -q -y install"_s); // nobody is there to answer
    return block.split(u'\n', Qt::SkipEmptyParts);
}

QStringList commandsOf(int step)
{
    return commandsBehind(u"\n**%1. "_s.arg(step));
}

} // namespace

/// Four machines, from installed dependencies to the first file in `completed`, as a person would who has nothing but
/// installer/README.md: the commands are the page's. One server, a golden image, three clones of it, each with systemd, network
/// and disk of its own; the share is a folder that all of them mount. Nothing tells the clones apart: no firmware's UUID, the
/// image's machine id. It says how long each step took.
class Page : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void packagesAndOrchestratorOnTheServer();
    void aJoinCode();
    void theGoldenImage();
    void threeClones();
    void theFirstFile();
    void aCloneIsTakenOutAndPutBack();
    void allIsWellByTheProgramsOwnJudgement();
    void cleanup();

private:
    [[nodiscard]] QString command(int step, int line) const;
    [[nodiscard]] Machine::Outcome asAnna(const QString &command);
    [[nodiscard]] QString operators(const QString &command); ///< the same; empty and a warning when it failed
    [[nodiscard]] QStringList readyNodes();
    [[nodiscard]] QMap<QString, QString> share() const { return {{m_server->shared(u"dispatch"_s), u"/srv/dispatch"_s}}; }
    void lap(const char *what);

    QString m_lower;
    std::unique_ptr<Machine> m_server;
    std::unique_ptr<Portal> m_portal;
    std::unique_ptr<Machine> m_golden;
    std::array<std::unique_ptr<Machine>, workers> m_clones;
    QMap<QString, QString> m_placeholders; ///< what the page writes, and what it is here
    QElapsedTimer m_watch;
    qint64 m_total = 0; ///< milliseconds
};

void Page::initTestCase()
{
    if (::geteuid() != 0) {
        QSKIP("wants root: it boots Debian systems in namespaces of their own");
    }
    const QDir packages(QStringLiteral(DTF_TEST_PACKAGES "/now"));
    QVERIFY2(
        packages.entryList({u"dtf-*.deb"_s}, QDir::Files).size() == 4, "make-packages has not been run: ctest -R installer does");
    const SystemTrees trees = systemTrees(packages);
    if (trees.noMirror) {
        QSKIP("no Debian mirror is known here");
    }
    QVERIFY2(!trees.base.isEmpty() && !trees.ready.isEmpty(), "make-roots has failed");
    m_lower = trees.ready + u':' + trees.base;
}

void Page::cleanup()
{
    if (!QTest::currentTestFailed()) {
        return;
    }
    for (Machine *machine : {m_server.get(), m_golden.get(), m_clones[0].get(), m_clones[1].get(), m_clones[2].get()}) {
        if (machine) {
            qInfo().noquote() << machine->log().right(2'000)
                              << machine->shell(u"hostname; journalctl --no-pager -n 60 -o short-monotonic"_s).output;
        }
    }
}

void Page::lap(const char *what)
{
    const qint64 took = m_watch.restart();
    m_total += took;
    qInfo("%-60s %6.1f s", what, static_cast<double>(took) / 1000);
}

/// Line `line` (0: first) of a step's commands, its placeholders filled in.
QString Page::command(int step, int line) const
{
    QString text = commandsOf(step).value(line);
    for (const auto &[placeholder, value] : m_placeholders.asKeyValueRange()) {
        text.replace(placeholder, value);
    }
    return text;
}

/// What anna's dtf-ctl commands print on the server, with the variables that the page has her set.
Machine::Outcome Page::asAnna(const QString &command)
{
    return m_server->run({u"runuser"_s, u"-u"_s, u"anna"_s, u"--"_s, u"bash"_s, u"-uc"_s,
        u"cd ~; "_s + commandsOf(4).value(0) + u"; "_s + command});
}

QString Page::operators(const QString &command)
{
    const Machine::Outcome outcome = asAnna(command);
    if (!outcome.good()) {
        qWarning().noquote() << command << outcome.code << outcome.output;
    }
    return outcome.good() ? outcome.output : QString();
}

QStringList Page::readyNodes()
{
    const QJsonDocument state = QJsonDocument::fromJson(asAnna(u"dtf-ctl --json nodes"_s).output.toUtf8());
    QStringList ready;
    for (const auto &node : state["nodes"_L1].toArray()) {
        if (node["state"_L1] == "ready"_L1) {
            ready += node["node"_L1].toString();
        }
    }
    ready.sort();
    return ready;
}

void Page::packagesAndOrchestratorOnTheServer()
{
    auto server = std::make_unique<Machine>(m_lower, u"dtf-server"_s);
    QVERIFY2(server->start(), qUtf8Printable(server->log()));
    QVERIFY(server->enterNetwork());
    m_server = std::move(server);
    QVERIFY(
        QProcess::execute(u"cp"_s, {u"-r"_s, QStringLiteral(DTF_TEST_PACKAGES "/now"), m_server->shared(u"packages"_s)}) == 0);
    m_portal = std::make_unique<Portal>(m_server->shared());
    QVERIFY(m_portal->start());
    // The share, mounted as the page's second step has it: members of "dtf" may write.
    QVERIFY(QProcess::execute(u"ip"_s, {u"addr"_s, u"add"_s, serverAddress + u"/32"_s, u"dev"_s, u"lo"_s}) == 0);
    QVERIFY(m_server->shell(knowsServer + u"mkdir /srv/dtf/dispatch; ln -s /srv/dtf/dispatch /srv/dispatch"_s).good());
    m_watch.start();

    const Machine::Outcome apt = m_server->shell(u"cd /srv/dtf/packages && "_s + command(1, 0));
    QVERIFY2(apt.good(), qUtf8Printable(apt.output));
    QVERIFY(m_server->shell(u"chgrp dtf /srv/dtf/dispatch; chmod 2770 /srv/dtf/dispatch"_s).good());
    lap("server: packages (what they depend on was there)");
    const QString setup = command(3, 1);
    QVERIFY2(setup.startsWith("dtf-orchestrator setup --yes"_L1), qUtf8Printable(setup));
    const Machine::Outcome done = m_server->shell(setup);
    QVERIFY2(done.good(), qUtf8Printable(done.output));
    QCOMPARE(m_server->property(u"dtf-orchestrator"_s, "ActiveState"), u"active"_s);
    QCOMPARE(m_server->run({u"systemctl"_s, u"is-enabled"_s, u"dtf-orchestrator"_s}).output.trimmed(), u"enabled"_s);
    lap("server: setup, the service is ready");
}

void Page::aJoinCode()
{
    QVERIFY(m_server);
    const QString token = u"/etc/dtf/fresh-tokens/operator-anna.token"_s;
    QVERIFY(m_server->exists(token));
    QVERIFY(m_server->shell(u"useradd -m anna && install -o anna -m 600 %1 /home/anna/operator-anna.token && rm %1"_s.arg(token))
                .good());
    QVERIFY2(command(4, 0).startsWith("export DTF_SERVER="_L1), qUtf8Printable(command(4, 0)));
    const QString printed = operators(command(4, 1));
    m_placeholders.insert(u"CODE"_s, printed.section(u'\n', 0, 0).trimmed());
    QVERIFY2(m_placeholders["CODE"_L1].size() >= 16, qUtf8Printable(printed));
    lap("a join code");
}

void Page::theGoldenImage()
{
    QVERIFY(m_placeholders.contains(u"CODE"_s));
    auto image = std::make_unique<Machine>(m_lower, u"golden"_s, share());
    QVERIFY2(image->start(), qUtf8Printable(image->log()));
    m_golden = std::move(image);
    lap("image: booted");
    QVERIFY(
        QProcess::execute(u"cp"_s, {u"-r"_s, QStringLiteral(DTF_TEST_PACKAGES "/now"), m_golden->shared(u"packages"_s)}) == 0);
    const Machine::Outcome apt = m_golden->shell(u"cd /srv/dtf/packages && "_s + command(1, 1));
    QVERIFY2(apt.good(), qUtf8Printable(apt.output));
    // The same group here and there, as a mount's gid=dtf makes it.
    const QString group = u"getent group dtf | cut -d: -f3"_s;
    QCOMPARE(m_golden->shell(group).output, m_server->shell(group).output);
    lap("image: package");

    m_placeholders.insert(u"https://portal.example/"_s, m_portal->url() + u'/');
    m_placeholders.insert(u"/opt/script/run.js {file}"_s, u"/opt/demo/pipeline/pipeline.js {file} --portal "_s + m_portal->url());
    m_placeholders.insert(u"--working-dir /opt/script"_s, u"--working-dir /opt/demo"_s);
    const QString setup = command(5, 0) + u" --keep-going --no-start"_s; // as the page has it for an image
    const Machine::Outcome done = m_golden->shell(knowsServer + setup);
    QVERIFY2(done.good(), qUtf8Printable(done.output));
    QVERIFY2(done.output.contains("dtf-server"_L1), "it has no network, which setup must say");
    QCOMPARE(m_golden->property(u"dtf-agent"_s, "ActiveState"), u"inactive"_s);
    QCOMPARE(m_golden->run({u"systemctl"_s, u"is-enabled"_s, u"dtf-agent"_s}).output.trimmed(), u"disabled"_s);
    // But for emptying the machine's id: that nothing tells the clones apart is the harder case.
    const QString enable = commandsBehind(u"\n### One golden image"_s).value(0);
    QVERIFY2(enable.startsWith("systemctl enable"_L1) && m_golden->shell(enable).good(), qUtf8Printable(enable));
    QVERIFY2(!m_golden->exists(u"/var/lib/dtf/agent/enrolment"_s), "the image has joined by itself");
    QVERIFY(m_golden->stop());
    lap("image: set up, shut down");
}

void Page::threeClones()
{
    QVERIFY(m_golden);
    for (int n = 0; n < workers; ++n) {
        auto &clone = m_clones[static_cast<size_t>(n)];
        clone =
            std::make_unique<Machine>(m_golden->written() + u':' + m_lower, u"dtf-%1"_s.arg(n + 1, 2, 10, QChar(u'0')), share());
        QVERIFY2(clone->start(), qUtf8Printable(clone->log()));
    }
    lap("three clones: booted, one after the other");
    // Whole and without a network each of them waits to ask; now all of them do at once.
    for (int n = 0; n < workers; ++n) {
        auto &clone = m_clones[static_cast<size_t>(n)];
        QVERIFY(clone->connect(u"10.77.%1.1/30"_s.arg(n + 1), u"10.77.%1.2/30"_s.arg(n + 1)));
        // The demo's portal serves its own machine only: both ends of a tunnel.
        const QString port = m_portal->url().section(u':', -1);
        const QString tunnel =
            u"systemd-run -q --unit=portal --socket-property=ListenStream=%1:%2 /lib/systemd/systemd-socket-proxyd %3:%2"_s;
        QVERIFY(clone->shell(tunnel.arg(u"127.0.0.1"_s, port, serverAddress)).good());
        if (n == 0) {
            QVERIFY(m_server->shell(tunnel.arg(serverAddress, port, u"127.0.0.1"_s)).good());
        }
    }
    const QString nodes = u"dtf-ctl nodes"_s;
    QString pool;
    const auto allThere = [&] {
        pool = asAnna(nodes).output;
        return pool.contains("DTF-01"_L1) && pool.contains("DTF-02"_L1) && pool.contains("DTF-03"_L1);
    };
    QVERIFY2(until(allThere, seconds(120)), qUtf8Printable(pool));
    lap("three clones: in the pool under their own names");
    for (const auto &clone : m_clones) {
        const QString signIn = u"node /opt/demo/login.js --port 9222 --portal "_s + m_portal->url();
        QVERIFY2(until([&] { return clone->shell(signIn).good(); }, seconds(120)), "nobody can sign in there");
    }
    QVERIFY2(until([&] { return readyNodes().size() == workers; }, seconds(90)), qUtf8Printable(asAnna(nodes).output));
    lap("three clones: signed in, ready");
}

void Page::theFirstFile()
{
    QCOMPARE(readyNodes().size(), workers);
    const QList<SampleFile> files = makeSamples(m_server->shared(), 6, u"page"_s);
    QCOMPARE(files.size(), 6);
    const ShareLook share(m_server->shared(u"dispatch"_s).toStdString());
    m_watch.restart();
    dropInto(m_server->shared(u"dispatch/incoming"_s), files.first());
    const bool done = until([&] { return share.tokens("done").size() == 1; }, seconds(90));
    QVERIFY2(done, qUtf8Printable(asAnna(u"dtf-ctl jobs; find /srv/dtf/dispatch -name '*.log' -exec tail {} +"_s).output));
    lap("the first file: in completed");
    qInfo("%-60s %6.1f s", "all of it, without fetching what packages depend on", static_cast<double>(m_total) / 1000);

    m_placeholders.insert(u"FILE"_s, u"'%1'"_s.arg(QString::fromUtf8(files.first().name)));
    QVERIFY(operators(command(6, 0)).contains(QString::fromUtf8(files.first().name)));
    const QString why = operators(command(6, 1));
    QVERIFY2(why.contains("done"_L1, Qt::CaseInsensitive) || why.contains("completed"_L1), qUtf8Printable(why));
    for (qsizetype n = 1; n < files.size(); ++n) {
        dropInto(m_server->shared(u"dispatch/incoming"_s), files[n]);
    }
    UNTIL(share.tokens("done").size() == files.size(), seconds(180));
    QCOMPARE(share.tokenComplaints() + share.manifestComplaints(), QStringList());
    for (const SampleFile &file : files) {
        QCOMPARE(m_portal->uploadsOf(file.sha256), 1);
    }
}

void Page::aCloneIsTakenOutAndPutBack()
{
    UNTIL(readyNodes().size() == workers, seconds(30)); // its last file may have ended a moment ago
    QVERIFY(!operators(u"dtf-ctl take-out DTF-02 --reason holiday"_s).isEmpty());
    QCOMPARE(readyNodes(), QStringList({u"DTF-01"_s, u"DTF-03"_s}));
    QVERIFY(!operators(u"dtf-ctl put-back DTF-02 --reason back"_s).isEmpty());
    QCOMPARE(readyNodes().size(), workers);
}

void Page::allIsWellByTheProgramsOwnJudgement()
{
    QCOMPARE(readyNodes().size(), workers);
    const Machine::Outcome server = m_server->shell(u"runuser -u dtf-orchestrator -- dtf-orchestrator --check"_s);
    QVERIFY2(server.good(), qUtf8Printable(server.output));
    for (const auto &clone : m_clones) {
        const Machine::Outcome worker = clone->shell(u"runuser -u dtf-agent -- dtf-agent --check"_s);
        QVERIFY2(worker.good(), qUtf8Printable(worker.output));
    }
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Page)
#include "tst_page.moc"
