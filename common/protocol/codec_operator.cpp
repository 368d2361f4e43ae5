// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

static void fields(auto &io, Of<OperatorRequest> auto &m)
{
    io.optional("reason"_L1, m.reason, longText);
    io.optional("key"_L1, m.key, Text {128});
    io.group("expect"_L1, [&m](auto &inner) {
        inner.optional("epoch"_L1, m.expectEpoch);
        inner.optional("state"_L1, m.expectState);
        inner.optional("since"_L1, m.expectSince);
    });
    io.optional("node"_L1, m.node);
    io.optional("now"_L1, m.now);
}

static void fields(auto &io, Of<OperatorReply> auto &m)
{
    io.required("ok"_L1, m.ok);
    io.required("code"_L1, m.code, wordText);
    io.optional("detail"_L1, m.detail, longText);
    io.optional("job"_L1, m.job);
    io.optional("command_id"_L1, m.commandId, Range {0, maxExactInteger});
}

DTF_MESSAGE(OperatorRequest)
DTF_MESSAGE(OperatorReply)

} // namespace dtf
