// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/agentconfig.h"
#include "common/core/joincode.h"
#include "common/setup/account.h"
#include "tests/nemesis/ground/mounts.h"
#include "tests/setup/setupground.h"

#include <QDir>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// What `setup` has systemd do, of the system's and of a desktop user's: with units, and a systemctl that writes down what it is
/// told.
class AutoStart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aDesktopUsersAgent();
    void whatRunsAlreadyKeepsItsOldSettings();
    void aShareThatTheUnitOnlyLetsReadIsAddedToIt();

private:
    QTemporaryDir m_layer;
};

namespace {

/// A systemctl in `ground`, whose "is-active" says whether the file "active" is there, and "show" what the file "shown" holds.
QProcessEnvironment withSystemctl(const SetupGround &ground)
{
    const QString tool = ground.path(u"bin/systemctl"_s);
    const QString folder = ground.path(u"bin"_s);
    const QByteArray script = "#!/bin/sh\ncd FOLDER\necho \"$*\" >>told\n"
                              "case \"$*\" in *is-active*) test -e active ;; show*) cat shown || true ;; esac\n";
    if (!QDir().mkpath(folder) || !writeFile(tool, QByteArray(script).replace("FOLDER", folder.toUtf8()))) {
        qFatal("no systemctl");
    }
    const auto all =
        QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QFile::setPermissions(tool, all);
    QFile::setPermissions(folder, all);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"PATH"_s, folder + u':' + environment.value(u"PATH"_s));
    return environment;
}

QByteArrayList told(const SetupGround &ground)
{
    return contentOf(ground.path(u"bin/told"_s)).trimmed().split('\n');
}

} // namespace

void AutoStart::initTestCase()
{
    if (::geteuid() != 0 || !ownMounts() || !inMemory(m_layer.path()) || !overlay(u"/etc"_s, m_layer.filePath(u"etc"_s))
        || !inMemory(u"/run"_s)) {
        QSKIP("an /etc and a /run of this test's own can't be had: it needs root and overlay mounts");
    }
    QVERIFY(QDir(u"/etc/dtf"_s).removeRecursively());
    for (const QString &unit : {u"/etc/systemd/user/dtf-agent.service"_s, u"/etc/systemd/system/dtf-orchestrator.service"_s}) {
        QVERIFY(QDir().mkpath(QFileInfo(unit).path()) && writeFile(unit, "[Service]\n"));
    }
    QVERIFY(QDir().mkpath(u"/run/systemd/system"_s));
}

void AutoStart::aDesktopUsersAgent()
{
    SetupGround ground;
    QVERIFY(ground.setUpOrchestrator().code == 0);
    const Account nobody = findAccount(u"nobody"_s).value_or(Account {});
    const QString home = ground.path(u"home"_s);
    QProcessEnvironment environment = withSystemctl(ground);
    QVERIFY(QDir().mkpath(home + u"/run/systemd"_s) && writeFile(home + u"/run/systemd/private"_s, {}));
    QVERIFY(ground.letOthersLook());
    for (const QString &path : {home, home + u"/run"_s, home + u"/run/systemd"_s}) {
        QVERIFY(setOwner(path, nobody, 0700));
    }
    environment.insert(u"HOME"_s, home);
    environment.insert(u"XDG_RUNTIME_DIR"_s, home + u"/run"_s);
    environment.remove(u"XDG_CONFIG_HOME"_s);
    environment.remove(u"XDG_STATE_HOME"_s);
    const QString config = home + u"/.config/dtf/agent.toml"_s;
    const Ended ended = ground.run(u"setpriv"_s,
        {u"--reuid=nobody"_s, u"--regid=nogroup"_s, u"--clear-groups"_s, SetupGround::agentProgram(), u"setup"_s, u"--yes"_s,
            u"--keep-going"_s, u"--config"_s, config, u"--share"_s, ground.share(), u"--orchestrator"_s, u"http://127.0.0.1:1"_s,
            u"--join"_s, QString::fromLatin1(JoinCode::generate().text()), u"--pipeline"_s, u"/bin/cp {file} {out}"_s},
        {}, environment);
    QVERIFY2(ended.code == 0, ended.all().constData());
    const auto read = loadAgentConfig(config);
    QVERIFY2(read, ended.all().constData());
    QCOMPARE(read->stateDir, home + u"/.local/state/dtf-agent"_s);
    QVERIFY2(ended.out.contains("dtf-agent runs, and at each log-in"), ended.all().constData());
    QCOMPARE(told(ground).last(), "--user enable --now dtf-agent"_ba);
    // For desktops that do not reach the target which the unit hangs on.
    const QByteArray entry = contentOf(home + u"/.config/autostart/dtf-agent.desktop"_s);
    QVERIFY2(entry.contains("\nExec=systemctl --user start dtf-agent\n"), entry.constData());

    // That user's own configuration is found without its name.
    const Ended checked = ground.run(u"setpriv"_s,
        {u"--reuid=nobody"_s, u"--regid=nogroup"_s, u"--clear-groups"_s, SetupGround::agentProgram(), u"--check"_s}, {},
        environment);
    QVERIFY2(checked.code == 1 && checked.out.contains(ground.share().toUtf8()), checked.all().constData());
}

void AutoStart::whatRunsAlreadyKeepsItsOldSettings()
{
    SetupGround ground;
    const QProcessEnvironment environment = withSystemctl(ground);
    const auto setUp = [&](const QStringList &more) {
        return ground.run(SetupGround::orchestratorProgram(),
            QStringList {u"setup"_s, u"--yes"_s, u"--share"_s, ground.share(), u"--address"_s, u"127.0.0.1"_s, u"--store"_s,
                ground.path(u"state/store.sqlite"_s)}
                + more,
            {}, environment);
    };
    const QString port = QString::number(ground.port());
    const Ended first = setUp({u"--port"_s, port, u"--operator"_s, u"anna"_s});
    QVERIFY2(first.code == 0 && first.out.contains("dtf-orchestrator runs, and at each boot"), first.all().constData());
    QCOMPARE(told(ground).last(), "enable --now dtf-orchestrator"_ba);

    QVERIFY(writeFile(ground.path(u"bin/active"_s), {}));
    const Ended same = setUp({u"--port"_s, port});
    QVERIFY2(same.code == 0 && !same.out.contains("systemctl restart"), same.all().constData());
    // Who may do all was named once; nobody is added unasked.
    QVERIFY2(
        !contentOf(u"/etc/dtf/tokens.toml"_s).contains("\"operator\"\nrole"), contentOf(u"/etc/dtf/tokens.toml"_s).constData());
    QCOMPARE(QDir(u"/etc/dtf/fresh-tokens"_s).entryList(QDir::Files), QStringList {u"operator-anna.token"_s});

    const Ended other = setUp({u"--replace"_s, u"--port"_s, QString::number(ground.browserPort())});
    QVERIFY2(other.code == 0 && other.out.contains("WARNING  auto-start"), other.all().constData());
    QVERIFY2(other.out.contains("run: systemctl restart dtf-orchestrator"), other.all().constData());

    // For an image: the package has enabled it, and the next boot must not start it.
    const Ended image = setUp({u"--no-start"_s, u"--port"_s, QString::number(ground.browserPort())});
    QVERIFY2(image.code == 0 && image.out.contains("not even a boot starts it"), image.all().constData());
    QCOMPARE(told(ground).last(), "disable dtf-orchestrator"_ba);
}

void AutoStart::aShareThatTheUnitOnlyLetsReadIsAddedToIt()
{
    SetupGround ground;
    const QProcessEnvironment environment = withSystemctl(ground);
    const QByteArray unit = "LoadState=loaded\nProtectSystem=strict\nProtectHome=no\nPrivateTmp=no\nReadWritePaths=-/srv";
    const QString dropIn = u"/etc/systemd/system/dtf-orchestrator.service.d/setup.conf"_s;
    const QString store = ground.path(u"state of it/100%"_s);
    const auto setUp = [&] {
        return ground.run(SetupGround::orchestratorProgram(),
            {u"setup"_s, u"--yes"_s, u"--replace"_s, u"--share"_s, ground.share(), u"--address"_s, u"127.0.0.1"_s, u"--port"_s,
                QString::number(ground.port()), u"--store"_s, store + u"/store.sqlite"_s, u"--operator"_s, u"anna"_s},
            {}, environment);
    };
    // A systemd that goes on as it was: it must be said, and nothing may be started that can't work.
    QVERIFY(writeFile(ground.path(u"bin/shown"_s), unit + '\n'));
    const Ended narrow = setUp();
    QVERIFY2(narrow.code == 1 && narrow.out.contains("lets its service only read " + ground.share().toUtf8()),
        narrow.all().constData());
    QVERIFY2(!told(ground).contains("enable --now dtf-orchestrator"), narrow.all().constData());
    const QByteArray written = contentOf(dropIn);
    QVERIFY2(written.contains("[Service]\nReadWritePaths=\"-" + ground.share().toUtf8() + "\" \"-"
                 + ground.path(u"state of it/100%%"_s).toUtf8() + "\"\n"),
        written.constData());
    QVERIFY(told(ground).contains("daemon-reload"));

    QVERIFY(writeFile(ground.path(u"bin/shown"_s), unit + " -" + ground.mark().toUtf8() + '\n'));
    const Ended wide = setUp();
    QVERIFY2(wide.code == 0 && wide.out.contains("may change all that it must"), wide.all().constData());
    QCOMPARE(told(ground).last(), "enable --now dtf-orchestrator"_ba);
    QCOMPARE(contentOf(dropIn), written);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::AutoStart)
#include "tst_autostart.moc"
