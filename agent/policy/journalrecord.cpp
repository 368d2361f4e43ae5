// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/journalrecord.h"

#include <algorithm>

namespace dtf {

bool isOpen(RecordKind last)
{
    switch (last) {
    case RecordKind::Claim:
    case RecordKind::Start:
    case RecordKind::Exit:
    case RecordKind::Fenced:
        return true;
    case RecordKind::Boot:
    case RecordKind::ShareSeen:
    case RecordKind::Staging:
    case RecordKind::Released:
    case RecordKind::Done:
    case RecordKind::Held:
    case RecordKind::Failed:
    case RecordKind::Rejected:
    case RecordKind::Dropped:
    case RecordKind::LateSaved:
    case RecordKind::ReportOnly:
        return false;
    }
    return false;
}

const AttemptEntry *JournalView::find(const Attempt &attempt) const
{
    const auto it = m_entries.find(attempt);
    return it == m_entries.end() ? nullptr : &it->second;
}

/// Closed attempts are remembered only for listings that are old.
void JournalView::forgetOldest()
{
    constexpr std::size_t most = 10'000;
    constexpr std::size_t keep = 5'000;
    if (m_entries.size() <= most) {
        return;
    }
    for (auto it = m_entries.begin(); it != m_entries.end() && m_entries.size() > keep;) {
        it = isOpen(it->second.last) ? std::next(it) : m_entries.erase(it);
    }
}

bool JournalView::isOfOtherMachineBoot(const AttemptEntry &entry, const QByteArray &machineBoot) const
{
    return std::any_of(m_bootRecords.begin(), m_bootRecords.end(), [&](const JournalRecord &record) {
        return entry.claimBoots.contains(record.boot) && !record.machineBoot.isEmpty() && record.machineBoot != machineBoot;
    });
}

void JournalView::apply(const JournalRecord &record)
{
    switch (record.kind) {
    case RecordKind::Boot:
        m_boots.insert(record.boot.bytes());
        m_bootRecords.append(record);
        m_machine = record.machine;
        m_machineBoot = record.machineBoot;
        return;
    case RecordKind::ShareSeen:
        m_shareUuid = record.shareUuid;
        return;
    case RecordKind::ReportOnly:
        return;
    default:
        break;
    }
    AttemptEntry &entry = m_entries[record.attempt];
    entry.token.job = record.attempt.job;
    entry.token.epoch = record.attempt.epoch;
    if (record.kind == RecordKind::Staging) {
        entry.stageBoots.removeAll(record.boot);
        entry.stageBoots.append(record.boot);
        return;
    }
    entry.last = record.kind;
    if (record.kind == RecordKind::Claim) {
        entry.token.boot = record.boot;
        entry.token.name = record.name;
        entry.input = record.input;
        entry.claimBoots.removeAll(record.boot);
        entry.claimBoots.append(record.boot);
    } else if (record.kind == RecordKind::Start) {
        entry.startMachineBoot = record.machineBoot.isEmpty() ? m_machineBoot : record.machineBoot;
        entry.browserPort = record.browserPort;
        entry.started = record.time;
    } else if (record.kind == RecordKind::Exit) {
        entry.started = record.started;
        entry.ended = record.time;
        entry.exitCode = record.exitCode;
        entry.verdict = record.verdict;
        entry.lastLines = record.lastLines;
    }
    if (isOpen(record.kind)) {
        m_open.insert(record.attempt);
    } else {
        m_open.erase(record.attempt);
        forgetOldest();
    }
}

namespace {

void appendCondensed(QList<JournalRecord> &out, const AttemptEntry &entry)
{
    JournalRecord record;
    record.attempt = entry.attempt();
    record.name = entry.token.name;
    record.input = entry.input;
    record.kind = RecordKind::Claim;
    for (const BootId &boot : entry.claimBoots) {
        record.boot = boot;
        out.append(record);
    }
    record.name.clear();
    record.input = {};
    const auto add = [&](RecordKind kind, WallTime time) {
        record.kind = kind;
        record.time = time;
        out.append(record);
    };
    record.boot = {};
    if (!entry.startMachineBoot.isEmpty()) {
        record.browserPort = entry.browserPort;
        record.machineBoot = entry.startMachineBoot;
        add(RecordKind::Start, entry.started);
    }
    if (entry.ended.msecsSinceEpoch != 0) {
        record.started = entry.started;
        record.exitCode = entry.exitCode;
        record.verdict = entry.verdict;
        record.lastLines = entry.lastLines;
        add(RecordKind::Exit, entry.ended);
    }
    for (const BootId &boot : entry.stageBoots) {
        record.boot = boot;
        add(RecordKind::Staging, entry.ended);
    }
    if (entry.last != RecordKind::Claim && entry.last != RecordKind::Start && entry.last != RecordKind::Exit) {
        add(entry.last, entry.ended);
    }
}

} // namespace

QList<JournalRecord> JournalView::condensed(int keepClosed) const
{
    // Boots named by an open attempt stay for ever; of the rest the newest.
    QSet<QByteArray> needed;
    qsizetype closed = 0;
    for (const auto &[attempt, entry] : m_entries) {
        if (!isOpen(entry.last)) {
            ++closed;
            continue;
        }
        for (const BootId &boot : entry.claimBoots) {
            needed.insert(boot.bytes());
        }
    }
    QList<JournalRecord> out;
    const qsizetype oldBoots = m_bootRecords.size() - keepClosed;
    for (qsizetype i = 0; i < m_bootRecords.size(); ++i) {
        if (i >= oldBoots || needed.contains(m_bootRecords[i].boot.bytes())) {
            out.append(m_bootRecords[i]);
        }
    }
    if (!m_shareUuid.isEmpty()) {
        JournalRecord share;
        share.kind = RecordKind::ShareSeen;
        share.shareUuid = m_shareUuid;
        out.append(share);
    }
    // Ordered by job id, which is by age.
    qsizetype skip = closed - keepClosed;
    for (const auto &[attempt, entry] : m_entries) {
        if (!isOpen(entry.last) && skip-- > 0) {
            continue;
        }
        appendCondensed(out, entry);
    }
    return out;
}

} // namespace dtf
