// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {
constexpr Range epochRange {0, std::numeric_limits<Epoch>::max()};
constexpr Range countRange {0, maxExactInteger};
} // namespace

static void fields(auto &io, Of<ResultFile> auto &m)
{
    io.required("name"_L1, m.name, nameText);
    io.required("size"_L1, m.size, countRange);
    io.optional("sha256"_L1, m.sha256, HexText {64});
}

static void fields(auto &io, Of<ResultsView> auto &m)
{
    io.required("job"_L1, m.job);
    io.optional("place"_L1, m.place, longText);
    io.required("files"_L1, m.files, AtMost {4096});
    io.optional("note"_L1, m.note, longText);
}

static void fields(auto &io, Of<AttemptView> auto &m)
{
    io.required("epoch"_L1, m.epoch, epochRange);
    io.optional("node"_L1, m.node);
    io.optional("started"_L1, m.started);
    io.optional("ended"_L1, m.ended);
    io.required("outcome"_L1, m.outcome, wordText);
    io.optional("cause"_L1, m.cause);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("exit_code"_L1, m.exitCode);
    io.optional("ran"_L1, m.ran);
}

static void fields(auto &io, Of<AttemptsView> auto &m)
{
    io.required("job"_L1, m.job);
    io.required("attempts"_L1, m.attempts, AtMost {4096});
}

static void fields(auto &io, Of<NodeFigures> auto &m)
{
    io.required("node"_L1, m.node);
    io.required("cpu"_L1, m.cpuPercent, Percents {1440});
    io.required("busy"_L1, m.busyPercent, Percents {1440});
}

static void fields(auto &io, Of<FiguresView> auto &m)
{
    io.required("to"_L1, m.to);
    io.required("step_seconds"_L1, m.stepSeconds, Range {1, 86'400});
    io.required("nodes"_L1, m.nodes, AtMost {1000});
}

static void fields(auto &io, Of<CheckLine> auto &m)
{
    io.required("what"_L1, m.what, nameText);
    io.required("ok"_L1, m.ok);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("warning"_L1, m.warning);
}

static void fields(auto &io, Of<CheckData> auto &m)
{
    io.required("node"_L1, m.node);
    io.required("command_id"_L1, m.commandId, Range {1, maxExactInteger});
    io.optional("time"_L1, m.time);
    io.required("rows"_L1, m.rows, FirstOf {256});
    io.optional("error"_L1, m.error, longText);
}

DTF_MESSAGE(ResultFile)
DTF_MESSAGE(ResultsView)
DTF_MESSAGE(AttemptView)
DTF_MESSAGE(AttemptsView)
DTF_MESSAGE(NodeFigures)
DTF_MESSAGE(FiguresView)
DTF_MESSAGE(CheckLine)
DTF_MESSAGE(CheckData)

} // namespace dtf
