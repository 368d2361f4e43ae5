// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {
constexpr Range protocolRange {0, 1'000'000};
constexpr Range hoursRange {1, 8'784};
constexpr Range usesRange {1, 1'000};
} // namespace

static void fields(auto &io, Of<EnrolRequest> auto &m)
{
    io.required("protocol"_L1, m.protocol, protocolRange);
    io.required("code"_L1, m.code, Text {128});
    io.optional("node"_L1, m.node);
    io.optional("machine"_L1, m.machine, Ascii {128});
    io.required("request"_L1, m.request, Ascii {64});
    io.required("boot"_L1, m.boot);
    io.optional("version"_L1, m.version, wordText);
    io.optional("returns"_L1, m.returns);
}

static void fields(auto &io, Of<EnrolReply> auto &m)
{
    io.required("protocol"_L1, m.protocol, protocolRange);
    io.required("node"_L1, m.node);
    io.required("token"_L1, m.token, Text {512});
    io.optional("orchestrator"_L1, m.orchestrator, Ascii {128});
}

static void fields(auto &io, Of<JoinCodeRequest> auto &m)
{
    io.optional("reason"_L1, m.reason, longText);
    io.optional("key"_L1, m.key, Text {128});
    io.required("digest"_L1, m.digest, HexText {64});
    io.optional("hours"_L1, m.hours, hoursRange);
    io.optional("uses"_L1, m.uses, usesRange);
}

static void fields(auto &io, Of<JoinCodeView> auto &m)
{
    io.required("number"_L1, m.number, Range {0, maxExactInteger});
    io.required("state"_L1, m.state, wordText);
    io.optional("by"_L1, m.by, nameText);
    io.optional("reason"_L1, m.reason, longText);
    io.optional("made"_L1, m.made);
    io.optional("until"_L1, m.until);
    io.optional("uses"_L1, m.uses, Range {0, 1'000});
    io.optional("used"_L1, m.used, Range {0, 1'000});
    io.optional("revoked_by"_L1, m.revokedBy, nameText);
}

static void fields(auto &io, Of<JoinCodesView> auto &m)
{
    io.required("codes"_L1, m.codes, AtMost {1'000});
}

DTF_MESSAGE(EnrolRequest)
DTF_MESSAGE(EnrolReply)
DTF_MESSAGE(JoinCodeRequest)
DTF_MESSAGE(JoinCodeView)
DTF_MESSAGE(JoinCodesView)

} // namespace dtf
