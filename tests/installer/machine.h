// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/childprogram.h"

#include <QDir>
#include <QMap>
#include <QTemporaryDir>

#include <memory>

namespace dtf {

/// Debian systems in folders, for overlays (make-roots): made when they are missing, which takes minutes.
struct SystemTrees
{
    QString base; ///< bare; empty: it failed, its words are on stderr
    QString ready; ///< above base: all that the packages depend on and recommend
    bool noMirror = false; ///< nothing can be made here
};
[[nodiscard]] SystemTrees systemTrees(const QDir &packages);

/// A Debian system of its own on this machine: real systemd as its process 1, a tree that is tossed afterwards, no way out to
/// the network (start-machine). The folder shared() is seen there, too. Ended with the object, or when the test dies.
class Machine
{
public:
    /// `lower`: folders for an overlay, the topmost first (make-roots, or a stopped machine's written()). `mounts`: folders of
    /// this machine and where they are seen there.
    explicit Machine(
        const QString &lower, const QString &name = QStringLiteral("dtf-machine"), const QMap<QString, QString> &mounts = {});
    ~Machine();
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    /// Boots. False: see the log. Until systemd says that it runs.
    [[nodiscard]] bool start();
    /// Ended at once; what it has written stays until the object goes. False: it is not gone.
    [[nodiscard]] bool stop();
    /// A cable from this network to the machine's: `here` and `there` are addresses with a prefix (10.9.1.1/30). What it sends
    /// elsewhere goes to `here`. False: ip failed.
    [[nodiscard]] bool connect(const QString &here, const QString &there);
    /// This thread, and threads and programs it starts from now on, use the machine's network. Once, before any other thread.
    [[nodiscard]] bool enterNetwork() const;

    struct Outcome
    {
        int code = -1; ///< -1: not ended in time
        QString output;
        [[nodiscard]] bool good() const { return code == 0; }
    };
    /// Runs there as root, the event loop turning meanwhile.
    Outcome run(const QStringList &command, milliseconds deadline = seconds(120));
    Outcome shell(const QString &script, milliseconds deadline = seconds(120));
    /// The same, not waited for; its output goes to shared("name.log").
    [[nodiscard]] std::unique_ptr<ChildProgram> inBackground(const QString &script, const QString &name);

    [[nodiscard]] QString property(const QString &unit, const char *name); ///< systemctl show
    /// Its processes, by their ids on this machine, whose command lines hold `word`.
    [[nodiscard]] QList<qint64> processes(const QByteArray &word) const;
    [[nodiscard]] QString written() const { return m_dir.filePath(QStringLiteral("root")); } ///< what it has beyond `lower`
    /// A file of that system, as a path of this one.
    [[nodiscard]] QString path(const QString &inside) const { return QStringLiteral("/proc/%1/root%2").arg(m_init).arg(inside); }
    [[nodiscard]] QString shared(const QString &below = {}) const;
    [[nodiscard]] static QString sharedThere() { return QStringLiteral("/srv/dtf"); }
    [[nodiscard]] bool write(const QString &inside, const QByteArray &content, const QString &ownerAndMode = {});
    [[nodiscard]] bool exists(const QString &inside) const;
    [[nodiscard]] QString log() const;

private:
    [[nodiscard]] QStringList there(const QStringList &command) const;

    QTemporaryDir m_dir;
    QString m_name;
    ChildProgram m_program;
    qint64 m_init = 0;
};

} // namespace dtf
