// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/intake.h"

#include "common/share/namepolicy.h"

#include <algorithm>

namespace dtf {

namespace {

bool same(const EntryInfo &a, const EntryInfo &b)
{
    return a.kind == b.kind && a.size == b.size && a.mtimeNs == b.mtimeNs && a.fileId == b.fileId;
}

const char *whatItIs(const EntryInfo &entry)
{
    switch (entry.kind) {
    case EntryKind::File:
        return "has a second name elsewhere (hard link)";
    case EntryKind::Directory:
        return "a folder, not a file";
    case EntryKind::Link:
        return "a link, not a file";
    case EntryKind::Other:
        break;
    }
    return "a pipe or device, not a file";
}

} // namespace

Intake::Intake(Rules rules)
    : m_rules(std::move(rules))
{ }

QList<Intake::Settled> Intake::apply(const QList<EntryInfo> &looks, MonoTime now)
{
    QHash<QByteArray, Candidate> still;
    QList<const Candidate *> done;
    for (const EntryInfo &look : looks) {
        if (judgeName(look.name, m_rules.types).kind == NameVerdict::Kind::Ignore) {
            continue;
        }
        Candidate candidate = m_candidates.value(look.name);
        if (candidate.looks == 0 || !same(candidate.seen, look)) {
            candidate.since = candidate.looks == 0 ? now : candidate.since;
            candidate.looks = 0;
            candidate.firstLook = now;
            candidate.settled = false;
        }
        candidate.seen = look;
        ++candidate.looks;
        still.insert(look.name, candidate);
    }
    m_candidates = std::move(still);
    for (const Candidate &candidate : std::as_const(m_candidates)) {
        if (!candidate.settled && candidate.notBefore <= now && holdsStill(candidate, now)) {
            done.append(&candidate);
        }
    }
    std::sort(done.begin(), done.end(), [](const Candidate *a, const Candidate *b) {
        return std::tie(a->since, a->seen.name) < std::tie(b->since, b->seen.name);
    });
    QList<Settled> answers;
    for (qsizetype i = 0; i < std::min(done.size(), mostAtOnce); ++i) {
        answers.append(judge(*done.at(i)));
    }
    for (const Settled &answer : std::as_const(answers)) {
        m_candidates[answer.seen.name].settled = true;
    }
    return answers;
}

void Intake::retry(QByteArrayView name, MonoTime now, milliseconds pause)
{
    const auto at = m_candidates.find(name.toByteArray());
    if (at != m_candidates.end()) {
        at->settled = false;
        at->notBefore = now + pause;
    }
}

bool Intake::holdsStill(const Candidate &candidate, MonoTime now) const
{
    const milliseconds still = now - candidate.firstLook;
    const bool empty = candidate.seen.kind == EntryKind::File && candidate.seen.size == 0;
    return candidate.looks >= m_rules.stableLooks && still >= m_rules.stableFor && (!empty || still >= m_rules.emptyGrace);
}

Intake::Settled Intake::judge(const Candidate &candidate) const
{
    Settled settled {candidate.seen, Cause::None, {}};
    const NameVerdict verdict = judgeName(candidate.seen.name, m_rules.types);
    if (candidate.seen.kind != EntryKind::File || candidate.seen.links > 1) {
        settled.refuse = Cause::NotAFile;
        settled.why = whatItIs(candidate.seen);
    } else if (verdict.kind == NameVerdict::Kind::Reject) {
        settled.refuse = verdict.cause;
        settled.why = verdict.why;
    } else if (candidate.seen.size == 0) {
        settled.refuse = Cause::Empty;
        settled.why = "empty: 0 bytes after the waiting time";
    }
    return settled;
}

ReleaseStep afterRelease(Epoch epoch)
{
    return epoch < mostAttemptsAlone ? ReleaseStep::RunAgain : ReleaseStep::GiveUp;
}

} // namespace dtf
