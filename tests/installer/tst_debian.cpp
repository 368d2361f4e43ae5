// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/installer/installedfleet.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <csignal>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr auto agentUnit = "dtf-agent.service"_L1;
constexpr auto orchestratorUnit = "dtf-orchestrator.service"_L1;
const QString workerUser = u"worker"_s;
const QByteArray workersState = "/home/worker/.local/state/dtf-agent";
constexpr auto aptInstall = "apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install"_L1;

} // namespace

/// The life of an installation: bare Debian, packages, first file, upgrade while files come, downgrade, removal. One machine, one
/// step after the other. `DTF_TEST_LONG`: more files.
class Debian : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aBareSystemGetsWhatIsNeededFromItsMirror();
    void installed();
    void firstFile();
    void anEventLoopThatStandsStillIsStartedAnewAndTheBrowserStays();
    void anotherOrchestratorOnTheShareGivesWayForGood();
    void anAgentInADesktopSession();
    void upgradedWhileFilesCome();
    void anOlderVersionIsRefused();
    void removedItLeavesSettingsAndMemory();
    void purgedItLeavesNothingButTheShare();
    void cleanup();

private:
    [[nodiscard]] qint64 workersPid()
    {
        return m_fleet->as(workerUser, u"systemctl --user show --value -p MainPID dtf-agent"_s).output.toLongLong();
    }
    [[nodiscard]] qint64 mainPid(QLatin1StringView unit) { return m_machine->property(unit, "MainPID").toLongLong(); }
    [[nodiscard]] bool copyPackages(Machine &machine) const;

    QString m_packages;
    QString m_next; ///< the version to upgrade to
    QString m_base;
    QString m_ready;
    std::unique_ptr<Machine> m_machine;
    std::unique_ptr<InstalledFleet> m_fleet;
};

void Debian::initTestCase()
{
    if (::geteuid() != 0) {
        QSKIP("wants root: it boots a Debian system in namespaces of its own");
    }
    m_packages = QStringLiteral(DTF_TEST_PACKAGES);
    const QStringList debs = QDir(m_packages + u"/now"_s).entryList({u"dtf-*.deb"_s}, QDir::Files);
    QVERIFY2(debs.size() == 4, "make-packages has not been run: ctest -R installer does");
    const QString next = QDir(m_packages + u"/next"_s).entryList({u"dtf-agent_*.deb"_s}).value(0);
    m_next = next.section(u'_', 1, 1);
    QVERIFY(!m_next.isEmpty());
    const SystemTrees trees = systemTrees(QDir(m_packages + u"/now"_s));
    if (trees.noMirror) {
        QSKIP("no Debian mirror is known here");
    }
    QVERIFY2(!trees.base.isEmpty() && !trees.ready.isEmpty(), "make-roots has failed");
    m_base = trees.base;
    m_ready = trees.ready;
}

void Debian::cleanup()
{
    if (QTest::currentTestFailed() && m_machine) {
        qInfo().noquote() << m_machine->log();
        qInfo().noquote()
            << m_machine->shell(u"journalctl --no-pager -n 150 -o short-monotonic; systemctl --no-pager --failed"_s).output;
    }
}

bool Debian::copyPackages(Machine &machine) const
{
    return QProcess::execute(u"cp"_s, {u"-r"_s, m_packages, machine.shared(u"packages"_s)}) == 0;
}

void Debian::aBareSystemGetsWhatIsNeededFromItsMirror()
{
    Machine bare(m_base);
    QVERIFY2(bare.start(), qUtf8Printable(bare.log()));
    QVERIFY(copyPackages(bare));
    const auto plan = [&](const QString &options, const QString &names) {
        return bare.shell(u"cd /srv/dtf/packages/now && apt-get -s %1 install %2"_s.arg(options, names));
    };
    const Machine::Outcome server = plan(u"--no-install-recommends"_s, u"./dtf-orchestrator_*.deb ./dtf-ctl_*.deb"_s);
    QVERIFY2(server.good(), qUtf8Printable(server.output));
    QVERIFY(server.output.contains("\nInst libqt6sql6-sqlite "_L1));
    QVERIFY2(!server.output.contains("\nInst libqt6widgets6 "_L1), "a server needs no desktop");
    const Machine::Outcome all = plan({}, u"./*.deb"_s);
    QVERIFY2(all.good(), qUtf8Printable(all.output));
    for (const QLatin1StringView name : {"chromium"_L1, "xvfb"_L1, "libqt6svg6"_L1, "dtf-console"_L1}) {
        QVERIFY2(all.output.contains("\nInst "_L1 + name + u' '), name.data());
    }
    qInfo() << "packages that a bare server gets:" << server.output.count("\nInst "_L1)
            << "all four with what they recommend:" << all.output.count("\nInst "_L1);
}

void Debian::installed()
{
    auto machine = std::make_unique<Machine>(m_ready + u':' + m_base);
    QVERIFY2(machine->start(), qUtf8Printable(machine->log()));
    QVERIFY(machine->enterNetwork());
    m_machine = std::move(machine); // without it the later steps are not tried
    QVERIFY(copyPackages(*m_machine));
    QElapsedTimer watch;
    watch.start();
    const Machine::Outcome apt = m_machine->shell(u"cd /srv/dtf/packages/now && %1 ./*.deb"_s.arg(aptInstall));
    QVERIFY2(apt.good(), qUtf8Printable(apt.output));
    qInfo() << "four packages installed in" << watch.elapsed() << "ms";

    for (const auto &user : {u"dtf-orchestrator"_s, u"dtf-agent"_s}) {
        const Machine::Outcome account = m_machine->run({u"getent"_s, u"passwd"_s, user});
        QVERIFY2(account.output.contains("/usr/sbin/nologin"_L1), qUtf8Printable(account.output));
        QVERIFY(m_machine->run({u"id"_s, u"-nG"_s, user}).output.trimmed().split(u' ').contains(u"dtf"_s));
    }
    const auto mode = [&](const QString &file) { return m_machine->run({u"stat"_s, u"-c%U:%G %a"_s, file}).output.trimmed(); };
    QCOMPARE(mode(u"/var/lib/dtf/orchestrator"_s), u"dtf-orchestrator:dtf-orchestrator 750"_s);
    QCOMPARE(mode(u"/var/lib/dtf/agent"_s), u"dtf-agent:dtf-agent 750"_s);
    QCOMPARE(mode(u"/usr/bin/dtf-agent"_s), u"root:root 755"_s);
    for (const auto &file : {u"/usr/bin/dtf-ctl"_s, u"/usr/share/applications/dtf-console.desktop"_s,
             u"/usr/share/icons/hicolor/scalable/apps/dtf-console.svg"_s, u"/usr/share/man/man8/dtf-agent.8.gz"_s,
             u"/usr/share/doc/dtf-agent/examples/agent.toml"_s, u"/usr/lib/systemd/user/dtf-agent.service"_s}) {
        QVERIFY2(m_machine->exists(file), qUtf8Printable(file));
    }
    QVERIFY2(!m_machine->exists(u"/etc/dtf/agent.toml"_s), "only setup writes settings");
    QCOMPARE(m_machine->shell(u"dpkg-query -W -f='${Conffiles}' 'dtf-*'"_s).output, QString());
    for (const auto unit : {orchestratorUnit, agentUnit}) {
        QCOMPARE(m_machine->run({u"systemctl"_s, u"is-enabled"_s, unit}).output.trimmed(), u"enabled"_s);
        QCOMPARE(m_machine->property(unit, "ActiveState"), u"inactive"_s); // not set up: neither runs nor fails
        QCOMPARE(m_machine->property(unit, "ConditionResult"), u"no"_s);
    }
    const Machine::Outcome verify = m_machine->shell(
        u"systemd-analyze --man=no verify /lib/systemd/system/dtf-*.service; XDG_RUNTIME_DIR=/run systemd-analyze --man=no --user verify /usr/lib/systemd/user/dtf-agent.service"_s);
    QVERIFY2(verify.good() && !verify.output.contains("dtf-"_L1), qUtf8Printable(verify.output));
    for (const auto &unit : {u"dtf-orchestrator"_s, u"dtf-agent"_s, u"dtf-agent-xvfb"_s}) {
        const QString figures =
            m_machine->shell(u"systemd-analyze security --no-pager %1.service | tail -n 1"_s.arg(unit)).output;
        qInfo().noquote() << figures.trimmed();
        QVERIFY(figures.contains("OK"_L1) || figures.contains("MEDIUM"_L1));
    }
}

void Debian::firstFile()
{
    QVERIFY(m_machine);
    m_fleet = std::make_unique<InstalledFleet>(*m_machine);
    QElapsedTimer watch;
    watch.start();
    QVERIFY2(
        m_fleet->setUpOrchestrator(), qUtf8Printable(m_fleet->problem())); // returns when its service has said that it is ready
    QVERIFY2(m_fleet->problem().contains("lets its service change"_L1), qUtf8Printable(m_fleet->problem()));
    QVERIFY(m_machine->property(orchestratorUnit, "DropInPaths").contains("/setup.conf"_L1));
    qInfo() << "the orchestrator is set up and ready after" << watch.elapsed() << "ms";
    QVERIFY2(m_fleet->setUpAgent(), qUtf8Printable(m_fleet->problem()));
    qInfo() << "both services ready after" << watch.elapsed() << "ms";
    QCOMPARE(m_machine->property(agentUnit, "StatusText").section(u';', 0, 0), u"node DTF-01"_s);
    UNTIL(m_fleet->api().node("DTF-01").beat.browserConnected, seconds(90));
    QVERIFY(m_fleet->portal().signIn({9222}));
    UNTIL(m_fleet->api().isReady("DTF-01"), seconds(60));
    const QString sandbox = m_machine->shell(u"tr '\\0' ' ' < /proc/$(pgrep -o chrom)/cmdline"_s).output;
    QVERIFY2(!sandbox.contains("--no-sandbox"_L1) && !sandbox.contains("headless"_L1), qUtf8Printable(sandbox));
    const QList<SampleFile> files = m_fleet->samples(2);
    QCOMPARE(files.size(), 2);
    for (const SampleFile &file : files) {
        m_fleet->drop(file);
    }
    UNTIL(m_fleet->allDone(), seconds(90));
    QVERIFY(m_fleet->share().tokens("done").size() == 2);
    QCOMPARE(m_fleet->complaints(), QStringList());
    qInfo() << "installed to first files completed:" << watch.elapsed() << "ms after the start of the services";
    const QString journal = m_machine->shell(u"journalctl --no-pager -o cat -p 6..6 -u %1"_s.arg(orchestratorUnit)).output;
    QVERIFY2(journal.contains("listens on"_L1), "the log is not in the journal, or has no importance there");
    QVERIFY(!journal.contains("<6>"_L1));
}

void Debian::anEventLoopThatStandsStillIsStartedAnewAndTheBrowserStays()
{
    QVERIFY(m_fleet);
    // As an administrator would with "systemctl edit", so that the story is shorter.
    for (const auto unit : {orchestratorUnit, agentUnit}) {
        QVERIFY(m_machine->write(u"/run/systemd/system/%1.d/quick.conf"_s.arg(unit),
            "[Service]\nWatchdogSec=4\nTimeoutAbortSec=3\nRestartSec=1\nTimeoutStartSec=30\n"));
    }
    QVERIFY(m_machine->shell(u"systemctl daemon-reload; systemctl restart %1 %2"_s.arg(orchestratorUnit, agentUnit)).good());
    UNTIL(m_fleet->api().isReady("DTF-01"), seconds(90));
    const QList<qint64> browserBefore = m_fleet->browser();
    QCOMPARE(browserBefore.size(), 1);
    for (const auto unit : {agentUnit, orchestratorUnit}) {
        const qint64 before = mainPid(unit);
        QVERIFY(before > 1);
        QElapsedTimer watch;
        watch.start();
        QVERIFY(m_machine->run({u"kill"_s, u"-STOP"_s, QString::number(before)}).good());
        UNTIL(mainPid(unit) > 1 && mainPid(unit) != before && m_machine->property(unit, "SubState") == "running"_L1, seconds(60));
        qInfo().noquote() << unit << "stopped, started anew by its watchdog of 4 s after" << watch.elapsed() << "ms";
        QCOMPARE(m_machine->property(unit, "NRestarts"), u"1"_s);
    }
    UNTIL(m_fleet->api().isReady("DTF-01"), seconds(90));
    QCOMPARE(m_fleet->browser(), browserBefore);

    // An operator's restart is another life of the same process: it must go on telling systemd that it lives.
    const qint64 agent = mainPid(agentUnit);
    const BootId boot = m_fleet->api().node("DTF-01").beat.boot;
    QCOMPARE(m_fleet->api().command("DTF-01", NodeAction::RestartAgent).status, 200);
    UNTIL(m_fleet->api().isReady("DTF-01") && m_fleet->api().node("DTF-01").beat.boot != boot, seconds(60));
    QVERIFY(stays([&] { return mainPid(agentUnit) == agent; }, seconds(6))); // longer than its watchdog's patience
    QCOMPARE(m_machine->property(agentUnit, "ActiveState"), u"active"_s);
    QCOMPARE(m_fleet->browser(), browserBefore);
}

void Debian::anotherOrchestratorOnTheShareGivesWayForGood()
{
    QVERIFY(m_fleet);
    // On the same port it can't even start: nothing may wait for it as if it were ready.
    const Machine::Outcome taken = m_machine->shell(
        u"cd /etc/dtf; sed -e 's|store.sqlite|second/store.sqlite|' orchestrator.toml > second.toml; "
        "systemd-run -q --unit=dtf-third -p Type=notify -p User=dtf-orchestrator dtf-orchestrator --config /etc/dtf/second.toml"_s);
    QVERIFY2(!taken.good(), "an orchestrator that can't listen says that it is ready");
    const Machine::Outcome made = m_machine->shell(
        u"cd /etc/dtf; sed -e 's|^port.*|port = 3001|' -e 's|store.sqlite|second/store.sqlite|' orchestrator.toml > second.toml; "
        "sed -e 's|orchestrator.toml|second.toml|' -e '/^RestartSec/s/=.*/=1/' /lib/systemd/system/dtf-orchestrator.service "
        "> /run/systemd/system/dtf-second.service; systemctl daemon-reload; systemctl --no-block start dtf-second"_s);
    QVERIFY2(made.good(), qUtf8Printable(made.output));
    UNTIL(m_machine->property(u"dtf-second.service"_s, "ExecMainStatus") == "3"_L1, seconds(90));
    QVERIFY(stays([&] { return m_machine->property(u"dtf-second.service"_s, "ActiveState") == "failed"_L1; }, seconds(3)));
    QCOMPARE(m_machine->property(u"dtf-second.service"_s, "NRestarts"), u"0"_s);
    QVERIFY(m_machine->shell(u"journalctl --no-pager -o cat -p err -u dtf-second"_s).output.contains("this one ends"_L1));
    QCOMPARE(m_machine->property(orchestratorUnit, "ActiveState"), u"active"_s);
    QVERIFY(m_machine
                ->shell(u"rm -r /run/systemd/system/dtf-second.service /etc/dtf/second.toml /var/lib/dtf/orchestrator/second; "
                        "systemctl daemon-reload; systemctl reset-failed dtf-second dtf-third"_s)
                .good());
}

/// The user's own unit, where a person is logged in at a display.
void Debian::anAgentInADesktopSession()
{
    QVERIFY(m_fleet);
    QVERIFY(m_machine
                ->shell(u"useradd -m -s /bin/bash -G dtf worker; systemctl start user@$(id -u worker); "
                        "systemd-run --uid=worker -q -- Xvfb :50 -nolisten tcp"_s)
                .good());
    QVERIFY(m_fleet->as(workerUser, u"umask 077; mkdir -p .config/dtf; systemctl --user set-environment DISPLAY=:50"_s).good());
    QVERIFY2(m_fleet->setUpAgent(workerUser), qUtf8Printable(m_fleet->problem()));
    UNTIL(m_fleet->api().node("DTF-02").beat.browserConnected, seconds(90));
    QVERIFY(m_fleet->portal().signIn({9322}));
    UNTIL(m_fleet->api().isReady("DTF-01") && m_fleet->api().isReady("DTF-02"), seconds(60));
    for (const SampleFile &file : m_fleet->samples(4)) {
        m_fleet->drop(file);
    }
    UNTIL(m_fleet->allDone(), seconds(90));
    const QList<JobView> done = m_fleet->api().jobs({JobState::Done});
    QVERIFY(std::any_of(done.begin(), done.end(), [](const JobView &job) { return job.node.bytes() == "DTF-02"; }));
    QCOMPARE(m_fleet->complaints(), QStringList());
}

void Debian::upgradedWhileFilesCome()
{
    QVERIFY(m_fleet);
    UNTIL(m_fleet->api().isReady("DTF-01") && m_fleet->api().isReady("DTF-02"), seconds(90));
    const QList<qint64> browserBefore = m_fleet->browser() + m_fleet->browser(workersState);
    QCOMPARE(browserBefore.size(), 2);
    const qint64 desktopBefore = workersPid();
    const qint64 agentBefore = mainPid(agentUnit);
    const qint64 orchestratorBefore = mainPid(orchestratorUnit);
    QList<SampleFile> files = m_fleet->samples(qEnvironmentVariableIsSet("DTF_TEST_LONG") ? 40 : 10);
    QVERIFY(files.size() >= 10);
    for (int n = 0; n < 3; ++n) {
        m_fleet->drop(files.takeFirst());
    }
    // Of two running files one stands still: its agent must be waited for, and apt must not wait.
    QList<qint64> halted;
    UNTIL(!(halted = m_machine->processes("pipeline.js")).isEmpty(), seconds(60));
    for (const qint64 pid : halted) {
        QVERIFY(::kill(static_cast<pid_t>(pid), SIGSTOP) == 0);
    }
    QElapsedTimer watch;
    watch.start();
    const auto apt = m_machine->inBackground(u"cd /srv/dtf/packages/next && %1 ./*.deb"_s.arg(aptInstall), u"upgrade"_s);
    QVERIFY(apt);
    while (apt->isRunning() && watch.elapsed() < 120'000) {
        if (!files.isEmpty()) {
            m_fleet->drop(files.takeFirst());
        }
        (void)apt->waitForEnd(milliseconds(800));
    }
    QVERIFY2(!apt->isRunning() && apt->exitCode() == 0, qUtf8Printable(apt->output()));
    qInfo() << "apt was done after" << watch.elapsed() << "ms, files still to be dropped:" << files.size();
    while (!files.isEmpty()) {
        m_fleet->drop(files.takeFirst());
    }
    QVERIFY2(mainPid(agentUnit) == agentBefore || workersPid() == desktopBefore, "no agent has waited for its running file");
    for (const qint64 pid : std::as_const(halted)) {
        (void)::kill(static_cast<pid_t>(pid), SIGCONT);
    }
    UNTIL(mainPid(agentUnit) > 1 && mainPid(agentUnit) != agentBefore, seconds(90));
    UNTIL(workersPid() > 1 && workersPid() != desktopBefore, seconds(90));
    UNTIL(mainPid(orchestratorUnit) > 1 && mainPid(orchestratorUnit) != orchestratorBefore, seconds(60));
    UNTIL(m_fleet->allDone(), seconds(300));
    QCOMPARE(m_fleet->browser() + m_fleet->browser(workersState), browserBefore);
    UNTIL(m_fleet->api().isReady("DTF-01") && m_fleet->api().isReady("DTF-02"), seconds(60)); // nobody had to log in again
    QCOMPARE(m_fleet->complaints(), QStringList());
    QCOMPARE(
        m_machine->shell(u"dpkg-query -W -f='${Version} ' dtf-agent dtf-orchestrator"_s).output, m_next + u' ' + m_next + u' ');
}

void Debian::anOlderVersionIsRefused()
{
    QVERIFY(m_fleet);
    const qint64 agent = mainPid(agentUnit);
    const Machine::Outcome apt = m_machine->shell(
        u"cd /srv/dtf/packages/now && %1 --allow-downgrades ./dtf-agent_*.deb ./dtf-orchestrator_*.deb"_s.arg(aptInstall));
    QVERIFY(!apt.good());
    QVERIFY2(apt.output.contains("is older and would not understand"_L1), qUtf8Printable(apt.output));
    QCOMPARE(mainPid(agentUnit), agent);
    QCOMPARE(m_machine->shell(u"dpkg -l dtf-agent dtf-orchestrator | grep -c '^ii'"_s).output.trimmed(), u"2"_s);
    UNTIL(m_fleet->api().isReady("DTF-01"), seconds(60));
}

void Debian::removedItLeavesSettingsAndMemory()
{
    QVERIFY(m_fleet);
    QCOMPARE(m_fleet->browser().size(), 1);
    const Machine::Outcome apt = m_machine->shell(u"apt-get -q -y remove 'dtf-orchestrator' dtf-agent dtf-console dtf-ctl"_s);
    QVERIFY2(apt.good(), qUtf8Printable(apt.output));
    QCOMPARE(m_machine->shell(u"pgrep -u dtf-agent,dtf-orchestrator -a || true"_s).output, QString());
    QCOMPARE(workersPid(), 0);
    QCOMPARE(m_fleet->browser(), QList<qint64>());
    for (const auto &kept : {u"/etc/dtf/orchestrator.toml"_s, u"/etc/dtf/tokens.toml"_s, u"/etc/dtf/agent.toml"_s,
             u"/etc/dtf/agent.token"_s, u"/var/lib/dtf/orchestrator/store.sqlite"_s, u"/var/lib/dtf/agent/chrome-profile"_s}) {
        QVERIFY2(m_machine->exists(kept), qUtf8Printable(kept));
    }
    QVERIFY(!m_machine->exists(u"/usr/bin/dtf-agent"_s));
    QVERIFY(!m_machine->exists(u"/usr/lib/systemd/system/dtf-agent.service"_s));
}

void Debian::purgedItLeavesNothingButTheShare()
{
    QVERIFY(m_fleet);
    const QString look = u"cd /srv/dtf/share && find . -type f -exec sha256sum {} + | sort"_s;
    const QString before = m_machine->shell(look).output;
    QVERIFY(before.contains("DTF_SHARE_ID"_L1));
    const Machine::Outcome apt = m_machine->shell(u"apt-get -q -y purge dtf-orchestrator dtf-agent"_s);
    QVERIFY2(apt.good(), qUtf8Printable(apt.output));
    QCOMPARE(m_machine->shell(look).output, before);
    QCOMPARE(
        m_machine->shell(u"getent passwd dtf-agent dtf-orchestrator; getent group dtf dtf-agent dtf-orchestrator; true"_s).output,
        QString());
    const QString left =
        m_machine
            ->shell(
                u"find / -xdev \\( -path /proc -o -path /srv -o -path /run -o -path /home \\) -prune -o -path /etc/dtf -print "
                "-o -path /var/lib/dtf -print -o -name 'dtf-*' -print"_s)
            .output;
    for (const QString &path : left.split(u'\n', Qt::SkipEmptyParts)) {
        static const QRegularExpression ours(u"dtf-(orchestrator|agent|console|ctl)|/dtf$"_s);
        QVERIFY2(!ours.match(path).hasMatch(), qUtf8Printable(path));
    }
    QCOMPARE(m_machine->shell(u"dpkg -l 'dtf-*' | grep -v test-needs | grep -E '^(ii|rc)' || true"_s).output, QString());
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::Debian)
#include "tst_debian.moc"
