// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/installer/machine.h"

#include "tests/support/portal.h"
#include "tests/support/settings.h"
#include "tests/support/waiting.h"

#include <QFile>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Names the namespace of a process's id. Empty: it is gone.
QByteArray processSpace(qint64 pid)
{
    char name[64] = {};
    const ssize_t size = ::readlink(qPrintable(u"/proc/%1/ns/pid"_s.arg(pid)), name, sizeof name);
    return size > 0 ? QByteArray(name, size) : QByteArray();
}

QStringList bindWords(const QMap<QString, QString> &mounts)
{
    QStringList words;
    for (const auto &[here, there] : mounts.asKeyValueRange()) {
        words += here + u'=' + there;
    }
    return words;
}

} // namespace

SystemTrees systemTrees(const QDir &packages)
{
    QStringList words {qEnvironmentVariable("DTF_TEST_CACHE", QDir::homePath() + u"/.cache/dtf-installer"_s)};
    for (const QString &name : packages.entryList({u"dtf-*.deb"_s}, QDir::Files)) {
        words += packages.filePath(name);
    }
    QProcess roots;
    roots.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    roots.start(QStringLiteral(DTF_TEST_INSTALLER "/make-roots"), words);
    SystemTrees trees;
    if (!until([&] { return roots.state() == QProcess::NotRunning; }, seconds(1'600)) || roots.exitCode() != 0) {
        trees.noMirror = roots.exitCode() == 77;
        return trees;
    }
    const QStringList made = QString::fromUtf8(roots.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
    trees.base = made.value(0);
    trees.ready = made.value(1);
    return trees;
}

Machine::Machine(const QString &lower, const QString &name, const QMap<QString, QString> &mounts)
    : m_dir(QDir::tempPath() + u"/dtf-machine-XXXXXX"_s)
    , m_name(name)
    , m_program(u"setpriv"_s, // it ends with this test, however that ends
          QStringList {u"--pdeathsig"_s, u"TERM"_s, QStringLiteral(DTF_TEST_INSTALLER "/start-machine"), m_dir.path(), lower,
              m_dir.filePath(u"shared"_s) + u'=' + sharedThere(), demoFile({}) + u"=/opt/demo"_s}
              + bindWords(mounts),
          m_dir.filePath(u"machine.log"_s), m_dir.path())
{ }

Machine::~Machine()
{
    (void)m_program.stop(seconds(30)); // takes its control groups away, too
}

bool Machine::start()
{
    const QDir dir(m_dir.path());
    QFile hostName(dir.filePath(u"root/etc/hostname"_s));
    if (!m_dir.isValid() || !dir.mkpath(u"shared"_s) || !dir.mkpath(u"root/etc"_s) || !hostName.open(QIODevice::WriteOnly)
        || hostName.write(m_name.toLatin1() + '\n') < 0 || !hostName.flush() || !m_program.start()) {
        return false;
    }
    QFile init(m_dir.filePath(u"init"_s));
    const bool named = until([&] { return init.exists() || !m_program.isRunning(); }, seconds(60));
    if (!named || !init.open(QIODevice::ReadOnly)) {
        return false;
    }
    m_init = init.readAll().trimmed().toLongLong();
    return m_init > 1
        && until(
            [&] {
                const QString state = run({u"systemctl"_s, u"is-system-running"_s}).output.trimmed();
                return state == "running"_L1 || state == "degraded"_L1; // Debian's own troubles are not ours
            },
            seconds(300));
}

bool Machine::stop()
{
    return m_program.stop(seconds(30));
}

bool Machine::connect(const QString &here, const QString &there)
{
    const auto ip = [](const QString &words) { return QProcess::execute(u"ip"_s, words.split(u' ')) == 0; };
    const QString cable = u"dtf%1"_s.arg(m_init);
    return ip(u"link add %1 type veth peer name eth0 netns %2"_s.arg(cable).arg(m_init))
        && ip(u"addr add %1 dev %2"_s.arg(here, cable)) && ip(u"link set %1 up"_s.arg(cable))
        && QProcess::execute(u"nsenter"_s,
               {u"-t"_s, QString::number(m_init), u"-n"_s, u"--"_s, u"sh"_s, u"-euc"_s,
                   u"ip addr add %1 dev eth0; ip link set eth0 up; ip route add default via %2"_s.arg(
                       there, here.section(u'/', 0, 0))})
        == 0;
}

bool Machine::enterNetwork() const
{
    const int space = ::open(qPrintable(u"/proc/%1/ns/net"_s.arg(m_init)), O_RDONLY | O_CLOEXEC);
    const bool entered = space >= 0 && ::setns(space, CLONE_NEWNET) == 0;
    if (space >= 0) {
        ::close(space);
    }
    return entered;
}

QStringList Machine::there(const QStringList &command) const
{
    return QStringList {u"-t"_s, QString::number(m_init), u"-m"_s, u"-p"_s, u"-i"_s, u"-u"_s, u"-n"_s, u"-C"_s, u"--"_s, u"env"_s,
               u"-i"_s, u"PATH=/usr/sbin:/usr/bin:/sbin:/bin"_s, u"HOME=/root"_s, u"LC_ALL=C.UTF-8"_s,
               u"DEBIAN_FRONTEND=noninteractive"_s}
    + command;
}

Machine::Outcome Machine::run(const QStringList &command, milliseconds deadline)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(u"nsenter"_s, there(command));
    Outcome outcome;
    if (process.waitForStarted(10'000) && until([&] { return process.state() == QProcess::NotRunning; }, deadline)) {
        outcome.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : 255;
    } else {
        process.kill();
        process.waitForFinished(5'000);
    }
    outcome.output = QString::fromUtf8(process.readAll());
    return outcome;
}

Machine::Outcome Machine::shell(const QString &script, milliseconds deadline)
{
    return run({u"bash"_s, u"-euc"_s, script}, deadline);
}

std::unique_ptr<ChildProgram> Machine::inBackground(const QString &script, const QString &name)
{
    auto program = std::make_unique<ChildProgram>(
        u"nsenter"_s, there({u"bash"_s, u"-euc"_s, script}), shared(name + u".log"_s), m_dir.path());
    return program->start() ? std::move(program) : nullptr;
}

QString Machine::property(const QString &unit, const char *name)
{
    return run({u"systemctl"_s, u"show"_s, u"--value"_s, u"-p"_s, QString::fromLatin1(name), unit}).output.trimmed();
}

QList<qint64> Machine::processes(const QByteArray &word) const
{
    const QByteArray ours = processSpace(m_init);
    QList<qint64> found;
    for (const QString &entry : QDir(u"/proc"_s).entryList(QDir::Dirs)) {
        bool isNumber = false;
        const qint64 pid = entry.toLongLong(&isNumber);
        QFile command(u"/proc/%1/cmdline"_s.arg(pid));
        if (isNumber && processSpace(pid) == ours && command.open(QIODevice::ReadOnly)
            && command.readAll().replace('\0', ' ').contains(word)) {
            found.append(pid);
        }
    }
    return found;
}

QString Machine::shared(const QString &below) const
{
    return m_dir.filePath(below.isEmpty() ? u"shared"_s : u"shared/"_s + below);
}

bool Machine::write(const QString &inside, const QByteArray &content, const QString &ownerAndMode)
{
    QFile file(path(inside));
    if (!QDir().mkpath(path(inside.left(inside.lastIndexOf(u'/')))) || !file.open(QIODevice::WriteOnly | QIODevice::Truncate)
        || file.write(content) != content.size()) {
        return false;
    }
    file.close();
    const QStringList words = ownerAndMode.split(u' ', Qt::SkipEmptyParts);
    return words.size() != 2
        || (run({u"chown"_s, words.first(), inside}).good() && run({u"chmod"_s, words.last(), inside}).good());
}

bool Machine::exists(const QString &inside) const
{
    return QFile::exists(path(inside));
}

QString Machine::log() const
{
    return m_program.output();
}

} // namespace dtf
