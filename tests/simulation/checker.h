// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/token.h"
#include "tests/simulation/fileserver.h"
#include "tests/simulation/portal.h"
#include "tests/simulation/simstore.h"

#include <set>

namespace dtf::sim {

/// Asserts share-protocol.md's invariants over everything that happens on the share, while it happens, and over share, store and
/// ledger at the end.
class Checker
{
public:
    Checker(FileServer &share, Ledger &ledger);
    /// A place where nothing of ours may ever be changed (I11).
    void forbid(FileServer &place, const QByteArray &what);

    /// What producers do is theirs: begun before, ended after it.
    void producerActs(bool on) { m_producer = on; }
    /// This content lies whole in incoming; or was taken back by its producer.
    void produced(const QByteArray &content, bool refusable);
    void takenBack(const QByteArray &content)
    {
        m_expected.erase(content);
        m_optional.insert(content);
    }
    /// The file server came back from a power cut: what it shows now is the truth.
    void resync(); ///< it may have lost the end of what was done
    /// The store's history does not begin with the first file any more.
    void storeWasReplaced() { m_storeReplaced = true; }
    /// The pipeline is declared to have no side effects: it may be repeated.
    void mayRepeat() { m_mayRepeat = true; }

    void complain(const QByteArray &what);
    [[nodiscard]] const QList<QByteArray> &complaints() const { return m_complaints; }
    /// Nothing is on its way any more.
    [[nodiscard]] bool settled(const StoreDisk &disk) const;
    void finish(const StoreDisk &disk);
    [[nodiscard]] std::int64_t lives() const { return static_cast<std::int64_t>(m_jobs.size()); } ///< jobs seen
    [[nodiscard]] QByteArray placeOf(const JobId &job) const;
    bool trace = false; ///< every move of a token on standard error
    std::function<void(const QByteArray &node)> onCommit; ///< just after an agent's commit

private:
    enum class Where { None, Incoming, Assigned, Running, Stage, Final, Hold, Failed, Rejected };
    struct Place
    {
        Where where = Where::None;
        TokenName token;
        QByteArray node;
    };
    struct JobSeen
    {
        QByteArray path; ///< of its token now; empty: not on the share
        Epoch epoch = 0;
        int commits = 0;
    };
    [[nodiscard]] static Place placeAt(const QByteArray &path);
    void renamed(const QByteArray &from, const QByteArray &to, const FileNodePtr &node);
    void removed(const QByteArray &path, const FileNodePtr &node);
    void published(const QByteArray &to, const FileNodePtr &folder, const TokenName &token);
    void checkStarts(const StoreDisk &disk);
    void checkTokens(const StoreDisk &disk);
    void checkAudit(const StoreDisk &disk);

    FileServer &m_share;
    Ledger &m_ledger;
    std::map<JobId, JobSeen> m_jobs;
    std::set<std::pair<QByteArray, QByteArray>> m_claims; ///< "J.eN", boot
    std::map<QByteArray, bool> m_expected; ///< content, may be refused
    std::set<QByteArray> m_optional; ///< may be there or not
    QList<QByteArray> m_complaints;
    bool m_producer = false;
    bool m_storeReplaced = false;
    bool m_mayRepeat = false;
    int m_powerCuts = 0; ///< of the file server
};

} // namespace dtf::sim
