// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/work/engine.h"
#include "agent/work/offlinedesk.h"
#include "common/share/localname.h"
#include "common/share/localsharefs.h"

#include <QTemporaryDir>

namespace dtf {

/// A share in a temporary folder, one node on it, and an agent's work that can be started, killed and started again.
class AgentBench
{
public:
    explicit AgentBench(const QStringList &acts = {});
    ~AgentBench();

    /// A new life of the agent on the same disk. `machine`: another one is a clone.
    void start(const QByteArray &machine = "machine-1");
    /// … that works alone, on what is dropped into incoming.
    void startAlone(const QList<QByteArray> &types = {"csv"});
    /// As a power switch on the agent alone: nothing is finished, nothing is said.
    void kill();

    /// A whole file in incoming/ at once.
    void drop(const QByteArray &name, const QByteArray &content);
    /// A file in the node's folder, as the orchestrator's rename leaves it.
    TokenName assign(const QByteArray &name, const QByteArray &content, Epoch epoch = 1);
    /// Appends to the journal while no agent runs, as an earlier life that was killed there.
    BootId earlierLife(const std::function<void(Journal &, const BootId &)> &what);

    [[nodiscard]] QString path(const SharePath &path) const { return root() + u'/' + localName(path); }
    [[nodiscard]] QString root() const { return dir.path() + QStringLiteral("/share"); }
    [[nodiscard]] QString local(const QString &name) const { return dir.path() + u'/' + name; }
    [[nodiscard]] bool exists(const SharePath &sharePath) const { return QFile::exists(path(sharePath)); }
    [[nodiscard]] QByteArray read(const QString &file) const;
    [[nodiscard]] QByteArray readShare(const SharePath &sharePath) const { return read(path(sharePath)); }
    /// Names in a folder of the share.
    [[nodiscard]] QStringList names(const SharePath &folder) const;
    /// All places where a file with a token's content lies (no sidecars, logs, results).
    [[nodiscard]] QStringList tokens() const;
    [[nodiscard]] SharePath finalFolder(const TokenName &token) const;
    [[nodiscard]] int reported(ReportKind kind) const;
    [[nodiscard]] Report last(ReportKind kind) const;
    [[nodiscard]] QList<QByteArray> ledger() const; ///< one "job.attempt" per start, written by the pipelines themselves
    [[nodiscard]] WorkEngine &engine() { return *m_engine; }
    [[nodiscard]] bool idle() const { return m_engine->isIdle(); }

    QTemporaryDir dir;
    AgentConfig config;
    BrowserStatus browser {BrowserState::Ready, {}, 9222, QStringLiteral("ws://127.0.0.1:9222/x"), -1};
    BootId boot; ///< of the present life
    NodeName node;
    JobIdGenerator ids;

private:
    SystemClock m_clock;
    std::unique_ptr<ShareWorker> m_share;
    std::unique_ptr<WorkEngine> m_engine;
    std::unique_ptr<OfflineDesk> m_desk;
};

} // namespace dtf
