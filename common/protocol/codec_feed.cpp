// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {
constexpr Range numberRange {0, maxExactInteger};
} // namespace

static void fields(auto &io, Of<FeedHello> auto &m)
{
    io.required("protocol"_L1, m.protocol, Range {0, 1'000'000});
    io.required("orchestrator_boot"_L1, m.orchestratorBoot);
    io.optional("version"_L1, m.version, wordText);
    io.optional("user"_L1, m.user, nameText);
    io.optional("role"_L1, m.role, wordText);
}

static void fields(auto &io, Of<FeedSnapshot> auto &m)
{
    io.required("number"_L1, m.number, numberRange);
    io.required("state"_L1, m.state);
    io.required("jobs"_L1, m.jobs, AtMost {4096});
}

static void fields(auto &io, Of<FeedDelta> auto &m)
{
    io.required("number"_L1, m.number, numberRange);
    io.optional("nodes"_L1, m.nodes, AtMost {1000});
    io.optional("jobs"_L1, m.jobs, AtMost {4096});
    io.optional("alerts_raised"_L1, m.alertsRaised, AtMost {4096});
    io.optional("alerts_cleared"_L1, m.alertsCleared, AtMost {4096});
    io.optional("audit"_L1, m.audit, AtMost {4096});
    io.optional("summary"_L1, m.summary);
}

static void fields(auto &io, Of<FeedSubscribe> auto &m)
{
    io.required("jobs"_L1, m.jobs, AtMost {1000});
    io.optional("all_logs"_L1, m.allLogs);
}

DTF_MESSAGE(FeedHello)
DTF_MESSAGE(FeedSnapshot)
DTF_MESSAGE(FeedDelta)
DTF_MESSAGE(FeedSubscribe)

} // namespace dtf
