// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/smbground.h"

#include "tests/support/agentprocess.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QFile>
#include <QTcpSocket>

#include <sys/mount.h>
#include <unistd.h>

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Ends, by their ids, all processes that carry the folder, unmounts what hangs below it and removes it, as soon as the test is
/// gone. The mounts are in the namespace of the test; nobody else sees them.
constexpr char janitorScript[] =
    "cat >/dev/null\n"
    "for round in 1 2 3; do\n"
    "  for f in $(grep -lsF -- \"$1\" /proc/[0-9]*/cmdline /proc/[0-9]*/environ); do\n"
    "    p=${f#/proc/}; p=${p%/*}\n"
    "    [ $p = $$ ] || kill -9 $p 2>/dev/null\n"
    "  done\n"
    "done\n"
    "awk '{print $5}' /proc/self/mountinfo | grep -F -- \"$1/\" | while read m; do umount -l \"$m\"; done\n"
    "[ -n \"$2\" ] || rm -rf --one-file-system -- \"$1\"\n";

/// Children of a process, oldest first.
QList<qint64> childrenOf(qint64 pid)
{
    QFile file(u"/proc/%1/task/%1/children"_s.arg(pid));
    QList<qint64> list;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &word : file.readAll().simplified().split(' ')) {
            if (!word.isEmpty()) {
                list.append(word.toLongLong());
            }
        }
    }
    return list;
}

/// "smbd" or "smbd[…]" for one that serves a client, "smbd-notifyd" and "cleanupd" are the others.
QByteArray nameOf(qint64 pid)
{
    QFile file(u"/proc/%1/comm"_s.arg(pid));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

SmbGround::SmbGround()
    : m_dir(QDir::tempPath() + u"/dtf-smb-XXXXXX"_s)
{
    m_dir.setAutoRemove(false); // the janitor does it
    m_janitor.setProgram(u"/bin/sh"_s);
    m_janitor.setArguments(
        {u"-c"_s, QString::fromLatin1(janitorScript), u"janitor"_s, m_dir.path(), qEnvironmentVariable("DTF_TEST_KEEP")});
    m_janitor.setChildProcessModifier([] { ::setsid(); });
    m_janitor.start();
}

SmbGround::~SmbGround()
{
    while (!m_clients.empty()) {
        unmount(QString(m_clients.begin()->first)); // a copy: the key goes with its entry
    }
    killServer();
    m_janitor.closeWriteChannel();
    if (m_janitor.state() != QProcess::NotRunning && !m_janitor.waitForFinished(60'000)) {
        qWarning("the janitor did not end");
    }
}

bool SmbGround::writeServerConfig(const QString &folder) const
{
    QByteArray text = "[global]\n"
                      "server role = standalone server\nworkgroup = DTFTEST\nnetbios name = DTFSMB\nsecurity = user\n"
                      "smb ports = 445\ninterfaces = 127.0.0.1/32\nbind interfaces only = yes\n"
                      "disable netbios = yes\ndisable spoolss = yes\nload printers = no\n"
                      "printcap name = /dev/null\nmap to guest = Bad User\nguest account = nobody\nserver min protocol = SMB2\n"
                      "log level = 0\n";
    for (const QByteArray kind :
        {"private dir", "lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir", "binddns dir"}) {
        const QString path = m_dir.filePath(u"server/"_s + QString::fromLatin1(kind));
        if (!QDir().mkpath(path)) {
            return false;
        }
        text += kind + " = " + path.toUtf8() + '\n';
    }
    text += "log file = " + m_dir.filePath(u"smbd.log"_s).toUtf8() + '\n';
    text += "[dtf]\nguest ok = yes\nread only = no\nforce user = root\npath = " + folder.toUtf8() + '\n';
    return writeFile(serverConfig(), text);
}

bool SmbGround::startServer(const QString &folder)
{
    if (!m_dir.isValid() || !writeServerConfig(folder)) {
        return false;
    }
    m_server = std::make_unique<ChildProgram>(u"/usr/sbin/smbd"_s,
        QStringList {u"-F"_s, u"--no-process-group"_s, u"--debug-stdout"_s, u"-s"_s, serverConfig()},
        m_dir.filePath(u"smbd.out"_s), mark());
    return m_server->start() && until([this] { return serverAnswers(); }, seconds(30));
}

bool SmbGround::serverAnswers() const
{
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, 445);
    return socket.waitForConnected(1'000);
}

QList<qint64> SmbGround::sessions() const
{
    QList<qint64> list = m_server ? childrenOf(m_server->pid()) : QList<qint64>();
    list.removeIf([](qint64 pid) {
        const QByteArray name = nameOf(pid).trimmed();
        return name != "smbd" && !name.startsWith("smbd[");
    });
    return list;
}

void SmbGround::signalServer(int number)
{
    const QList<qint64> children = childrenOf(m_server->pid());
    m_server->signal(number);
    for (const qint64 pid : children) {
        ::kill(static_cast<pid_t>(pid), number);
    }
}

void SmbGround::killServer()
{
    if (m_server && m_server->isRunning()) {
        signalServer(SIGKILL);
        (void)m_server->waitForEnd();
    }
}

QString SmbGround::root(const QString &client, const QString &host) const
{
    return home(client) + u"/mnt/"_s + host + u"/dtf"_s;
}

bool SmbGround::mount(const QString &client, const QString &host)
{
    const QString mountPoint = home(client) + u"/mnt"_s;
    const QString config = home(client) + u"/smbnetfs.conf"_s;
    QByteArray conf = "[global]\nworkgroup = DTFTEST\nclient min protocol = SMB2\n";
    for (const QByteArray kind : {"private dir", "lock directory", "state directory", "cache directory"}) {
        conf += kind + " = " + home(client).toUtf8() + "/.smb\n";
    }
    // Times at their least: what is tested does not depend on how long a dead server is waited for.
    const QByteArray options = "auth \"guest\" \"\"\nuse_libsecret \"false\"\nsmb_query_browsers \"false\"\n";
    if (!QDir().mkpath(mountPoint) || !QDir().mkpath(home(client) + u"/.smb"_s) || !writeFile(config, options, true)
        || !writeFile(home(client) + u"/.smb/smb.conf"_s, conf, true)) {
        return false;
    }
    auto program = std::make_unique<ChildProgram>(u"/usr/bin/smbnetfs"_s,
        QStringList {mountPoint, u"-f"_s, u"-o"_s, u"config="_s + config}, home(client) + u"/smbnetfs.out"_s, mark());
    program->setEnvironment(u"HOME"_s, home(client));
    const bool up = program->start() && until([&] { return QDir(root(client, host)).exists(); }, seconds(30));
    m_clients[client] = std::move(program);
    return up;
}

void SmbGround::unmount(const QString &client)
{
    m_clients.erase(client); // SIGKILL: a process that hangs in the kernel's sight is gone as well
    (void)::umount2(QFile::encodeName(home(client) + u"/mnt"_s).constData(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

} // namespace dtf
