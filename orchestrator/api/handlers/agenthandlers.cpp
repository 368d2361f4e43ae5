// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "orchestrator/api/handlers/answers.h"
#include "orchestrator/api/handlers/apihandlers.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

/// Version first (a peer from the future must hear "upgrade", not "parse error"), then the message, then whose it is.
template <typename T> Result<T> readOwn(const ApiContext &context, const ApiRequest &request)
{
    if (const auto version = servedProtocol(request.body); !version) {
        return tl::unexpected(version.error());
    }
    auto message = fromJson<T>(request.body);
    if (message && message->node != request.node) {
        context.fleet.accessRefused(request.actor, "spoke as " + message->node.bytes());
        return fail(ErrorCode::Forbidden, u"this token belongs to another node"_s);
    }
    return message;
}

/// A heartbeat that this orchestrator can't read: all that is known of it is who sent it. The fleet shows that node as refused.
void tellOfVersion(const ApiContext &context, const ApiRequest &request)
{
    Heartbeat beat;
    beat.protocol = request.body.value("protocol"_L1).toInt();
    beat.node = request.node;
    beat.boot = BootId::parse(request.body.value("boot"_L1).toString().toLatin1()).value_or(BootId());
    beat.seq = 1;
    (void)context.fleet.heartbeat(beat);
}

} // namespace

void handleAgentRequest(ApiContext context, const ApiRequest &request, HttpResponder respond)
{
    if (request.route.endpoint == Endpoint::Reports) {
        const auto batch = readOwn<ReportBatch>(context, request);
        if (!batch) {
            respond(errorAnswer(batch.error()));
            return;
        }
        context.fleet.reports(*batch, answering<ReportAck>(std::move(respond)));
        return;
    }
    const auto beat = readOwn<Heartbeat>(context, request);
    if (!beat) {
        if (beat.error().code == ErrorCode::VersionMismatch) {
            tellOfVersion(context, request);
        }
        respond(errorAnswer(beat.error()));
        return;
    }
    const HeartbeatReply reply = context.fleet.heartbeat(*beat);
    respond(reply.accepted ? jsonAnswer(toJson(reply)) : refusedAnswer(toJson(reply), {ErrorCode::Stale, reply.refusal}));
}

} // namespace dtf
