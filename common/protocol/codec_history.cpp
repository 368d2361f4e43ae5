// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {
constexpr Range countRange {0, maxExactInteger};
constexpr Range waitRange {-1, maxExactInteger};
} // namespace

static void fields(auto &io, Of<AuditCheck> auto &m)
{
    io.required("running"_L1, m.running);
    io.optional("time"_L1, m.time);
    io.optional("rows"_L1, m.rows, countRange);
    io.optional("ok"_L1, m.ok);
    io.optional("first_bad"_L1, m.firstBad, countRange);
    io.optional("why"_L1, m.why, longText);
}

static void fields(auto &io, Of<HistoryHour> auto &m)
{
    io.required("start"_L1, m.start);
    io.optional("done"_L1, m.done, countRange);
    io.optional("failed"_L1, m.failed, countRange);
    io.optional("held"_L1, m.held, countRange);
    io.optional("rejected"_L1, m.rejected, countRange);
    io.optional("longest_wait_ms"_L1, m.longestWaitMs, waitRange);
    io.optional("median_wait_ms"_L1, m.medianWaitMs, waitRange);
}

static void fields(auto &io, Of<LanePart> auto &m)
{
    io.required("state"_L1, m.state, wordText);
    io.required("from"_L1, m.from);
    io.required("to"_L1, m.to);
}

static void fields(auto &io, Of<HistoryLane> auto &m)
{
    io.required("node"_L1, m.node);
    io.required("parts"_L1, m.parts, AtMost {4096});
}

static void fields(auto &io, Of<HistoryView> auto &m)
{
    io.required("from"_L1, m.from);
    io.required("to"_L1, m.to);
    io.optional("complete"_L1, m.complete);
    io.required("hours"_L1, m.hours, AtMost {256});
    io.required("lanes"_L1, m.lanes, AtMost {1000});
}

DTF_MESSAGE(AuditCheck)
DTF_MESSAGE(HistoryHour)
DTF_MESSAGE(LanePart)
DTF_MESSAGE(HistoryLane)
DTF_MESSAGE(HistoryView)

} // namespace dtf
