// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/core/ids.h"
#include "common/setup/account.h"

namespace dtf {

class Findings;

/// What a share must be good for.
struct ShareProofPlan
{
    QString root;
    QByteArray expectedUuid = {}; ///< the share that was worked on before; empty: any one
    QList<NodeName> nodes = {}; ///< whose folders must be there
    bool laidOut = true; ///< without a sentinel it fails; false: it is to be laid out yet
    std::optional<Account> account = {}; ///< whose rights count; none: this process's own
    int rounds = 50; ///< of the race
    qint64 neededBytes = 1'000'000'000;
};

/// Proves with real files that the protocol can work on this share: it is there and the right one, has all its folders on one
/// volume, takes, keeps and flushes what is written, renames a file for exactly one of two contenders, can bear its longest
/// names, has room. Everything happens in a folder of its own (.dtf/probe, or the root of a share that is not laid out), which is
/// removed again; no token and no producer's file is touched. Never takes longer than shareProofLimit, nor longer than
/// sharePatience without a sign from the share.
[[nodiscard]] QList<CheckRow> proveShare(const ShareProofPlan &plan);

/// The steps themselves, on the caller's thread. For proveShare().
void tryShare(const ShareProofPlan &plan, Findings &findings);

} // namespace dtf
