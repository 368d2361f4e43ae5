// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "tests/support/childprogram.h"

#include <QMap>
#include <QProcess>
#include <QTemporaryDir>

#include <memory>

namespace dtf {

/// A real file server on port 445 of this process's own network (ownground.h) and any number of clients, each a smbnetfs of its
/// own with caches of its own. All of it is ended and unmounted with the object, and by a janitor when the test is killed.
class SmbGround
{
public:
    SmbGround();
    ~SmbGround();
    SmbGround(const SmbGround &) = delete;
    SmbGround &operator=(const SmbGround &) = delete;

    /// Serves `folder` as \\127.0.0.1\dtf. False: it does not answer.
    [[nodiscard]] bool startServer(const QString &folder);
    void killServer(); ///< -9: the server and the processes of its clients
    void signalServer(int number); ///< the same ones: SIGSTOP and SIGCONT make it hang and go on
    /// The processes that serve one client each.
    [[nodiscard]] QList<qint64> sessions() const;
    [[nodiscard]] bool serverAnswers() const;

    /// A client's mount; `host` is the server or a proxy before it. False: the share can't be seen through it.
    [[nodiscard]] bool mount(const QString &client, const QString &host = QStringLiteral("127.0.0.1"));
    /// Ends the client's process and takes its mount away; mount() may follow.
    void unmount(const QString &client);
    /// The share's root as this client sees it; also before mount().
    [[nodiscard]] QString root(const QString &client, const QString &host = QStringLiteral("127.0.0.1")) const;

    [[nodiscard]] QString folder() const { return m_dir.path(); }
    [[nodiscard]] QString serverConfig() const { return m_dir.filePath(QStringLiteral("smb.conf")); }
    [[nodiscard]] QString mark() const { return m_dir.path(); }

    /// How long a view through smbnetfs may be out of date here: kernel attributes 1 s, its own "not there" 3 s.
    static constexpr milliseconds cacheLifetime {4000};

private:
    [[nodiscard]] bool writeServerConfig(const QString &folder) const;
    [[nodiscard]] QString home(const QString &client) const { return m_dir.filePath(client); }

    QTemporaryDir m_dir;
    QProcess m_janitor;
    std::unique_ptr<ChildProgram> m_server;
    std::map<QString, std::unique_ptr<ChildProgram>> m_clients;
};

} // namespace dtf
