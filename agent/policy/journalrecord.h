// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/outcome.h"
#include "common/share/sharefs.h"

#include <QList>
#include <QSet>

#include <map>
#include <optional>
#include <set>

namespace dtf {

/// What the agent writes down before (Claim, Start, Staging) or after (the rest) it happens.
enum class RecordKind {
    Boot, ///< a new life of this agent
    ShareSeen, ///< the share this agent works on
    Claim, ///< the rename into running/ follows
    Start, ///< the spawn follows
    Exit, ///< process tree empty, verdict reached
    Staging, ///< results are being put together under this boot's stage
    Released, ///< final: the orchestrator may move the token; never touched again
    Fenced, ///< the token was taken away; evidence is still to be saved
    Done,
    Held,
    Failed,
    Rejected,
    Dropped, ///< claimed in vain: never ran, the token is somebody else's now
    LateSaved, ///< evidence of a fenced attempt saved
    ReportOnly, ///< carries reports, changes no attempt
};

/// One attempt's name: no attempt is ever spawned twice (I3).
struct Attempt
{
    JobId job;
    Epoch epoch = 0;
    auto operator<=>(const Attempt &) const = default;
};

struct JournalRecord
{
    RecordKind kind = RecordKind::ReportOnly;
    WallTime time;
    BootId boot; ///< Boot: the new life. Claim: B in the token's new name. Staging: the stage's boot
    QByteArray machine; ///< Boot: identity of the installation; a journal that came with a cloned disk is nobody's
    QByteArray machineBoot; ///< Boot
    QByteArray shareUuid; ///< ShareSeen
    // the attempt, all other kinds
    Attempt attempt;
    QByteArray name; ///< Claim: the producer's file name
    ContentHash input; ///< Claim
    int browserPort = 0; ///< Start
    WallTime started; ///< Exit
    int exitCode = 0; ///< Exit
    Verdict verdict; ///< Exit
    QString lastLines; ///< Exit
};

/// What the journal says about one attempt.
struct AttemptEntry
{
    TokenName token; ///< boot: of the last Claim
    RecordKind last = RecordKind::Claim; ///< Claim, Start, Exit, Fenced or a closing kind; Staging leaves it at Exit
    QList<BootId> claimBoots; ///< oldest first: the token may lie in running/ under any of them
    QList<BootId> stageBoots; ///< oldest first
    ContentHash input;
    QByteArray startMachineBoot; ///< machine boot of the Start
    int browserPort = 0;
    WallTime started;
    WallTime ended;
    int exitCode = 0;
    Verdict verdict;
    QString lastLines;
    [[nodiscard]] Attempt attempt() const { return {token.job, token.epoch}; }
};

[[nodiscard]] bool isOpen(RecordKind last); ///< Claim, Start, Exit, Fenced: there is still something to do

/// The journal folded into what counts now: all open attempts, and the newest few thousand closed ones. Pure value.
class JournalView
{
public:
    void apply(const JournalRecord &record);
    [[nodiscard]] bool isOwnBoot(const BootId &boot) const { return m_boots.contains(boot.bytes()); }
    [[nodiscard]] const QSet<QByteArray> &boots() const { return m_boots; }
    [[nodiscard]] BootId previousBoot() const ///< the life before the newest one; empty: none
    {
        return m_bootRecords.size() < 2 ? BootId {} : m_bootRecords[m_bootRecords.size() - 2].boot;
    }
    [[nodiscard]] QByteArray previousMachineBoot() const ///< the machine's, in that life; empty: none or unknown
    {
        return m_bootRecords.size() < 2 ? QByteArray() : m_bootRecords[m_bootRecords.size() - 2].machineBoot;
    }
    [[nodiscard]] const AttemptEntry *find(const Attempt &attempt) const;
    /// It was claimed before the machine was started as it runs now. Unknown boots are not: false.
    [[nodiscard]] bool isOfOtherMachineBoot(const AttemptEntry &entry, const QByteArray &machineBoot) const;
    [[nodiscard]] const std::map<Attempt, AttemptEntry> &entries() const { return m_entries; }
    [[nodiscard]] const std::set<Attempt> &open() const { return m_open; } ///< oldest job first
    [[nodiscard]] bool hasOpen() const { return !m_open.empty(); }
    [[nodiscard]] const QByteArray &machine() const { return m_machine; }
    [[nodiscard]] const QByteArray &machineBoot() const { return m_machineBoot; }
    [[nodiscard]] const QByteArray &shareUuid() const { return m_shareUuid; }
    /// The shortest list of records that folds into the same view; closed attempts and boots beyond the newest `keepClosed` are
    /// left out.
    [[nodiscard]] QList<JournalRecord> condensed(int keepClosed) const;

private:
    void forgetOldest();
    std::map<Attempt, AttemptEntry> m_entries;
    std::set<Attempt> m_open;
    QList<JournalRecord> m_bootRecords;
    QSet<QByteArray> m_boots;
    QByteArray m_machine;
    QByteArray m_machineBoot;
    QByteArray m_shareUuid;
};

} // namespace dtf
