// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/simulation/scheduler.h"

#include <QString>

namespace dtf::sim {

/// What a machine's own disk (real files in a temporary folder) would have kept: how much of each file was flushed, and what the
/// task under way has written so far.
class LocalDisk
{
public:
    struct Mark
    {
        std::int64_t journalSize = -1;
    };
    /// Before and after a task of a worker, and when its answer has arrived.
    static Mark begin(const ProcessPtr &process);
    static void end(const ProcessPtr &process, const Mark &mark);
    static void answered(const ProcessPtr &process);

    /// `process` writes its journal here.
    static void watch(const ProcessPtr &process, const QString &journal);
    /// It was killed while a task was under way: what that task appended to the journal may be there in part.
    static void tear(const ProcessPtr &process, Rng &dice);
    /// The power went: in each file below `folder` only what was flushed is sure to be there.
    static void losePower(const QString &folder, Rng &dice);
    /// Called for each fsync and fdatasync.
    static void flushed(int descriptor);
    static void reset();
};

} // namespace dtf::sim
