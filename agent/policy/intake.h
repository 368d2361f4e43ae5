// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/model/cause.h"
#include "common/share/sharefs.h"

#include <QHash>

namespace dtf {

/// When is a file in incoming/ complete, and is it one of ours? The same rule as the orchestrator's, for an agent that works
/// alone: unchanged (size, time, identity, kind) in `stableLooks` looks over `stableFor` of our own monotonic time; timestamps
/// are never compared with a clock. Pure.
class Intake
{
public:
    struct Rules
    {
        QList<QByteArray> types; ///< accepted, lower case, without dot
        milliseconds stableFor {3'000};
        int stableLooks = 3;
        milliseconds emptyGrace {60'000}; ///< an empty file may still be filled for this long
    };
    /// A file that holds still.
    struct Settled
    {
        EntryInfo seen; ///< with its name
        Cause refuse = Cause::None; ///< None: take it
        QByteArray why; ///< plain words, when refused
    };
    static constexpr qsizetype mostAtOnce = 32; ///< files settled by one round; the others wait for the next

    explicit Intake(Rules rules);

    /// One complete round of looks: what is not among them has left. Answers each file once, those first that have waited
    /// longest; it is not mentioned again before it has changed, left, or retry() was called.
    [[nodiscard]] QList<Settled> apply(const QList<EntryInfo> &looks, MonoTime now);
    /// It could not be moved now: mention it again, at the earliest after `pause`.
    void retry(QByteArrayView name, MonoTime now, milliseconds pause);

private:
    struct Candidate
    {
        EntryInfo seen;
        int looks = 0;
        MonoTime firstLook; ///< of the unchanged run
        MonoTime since; ///< first look of all
        MonoTime notBefore;
        bool settled = false;
    };

    [[nodiscard]] bool holdsStill(const Candidate &candidate, MonoTime now) const;
    [[nodiscard]] Settled judge(const Candidate &candidate) const;

    Rules m_rules;
    QHash<QByteArray, Candidate> m_candidates;
};

/// What follows when the engine gave a file back unharmed.
enum class ReleaseStep { RunAgain, GiveUp };
inline constexpr Epoch mostAttemptsAlone = 3;
/// Alone there is no other node: again here, a few times. Pure.
[[nodiscard]] ReleaseStep afterRelease(Epoch epoch);

} // namespace dtf
