// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "orchestrator/api/handlers/answers.h"
#include "orchestrator/api/handlers/apihandlers.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

/// What changes a file's or a node's way needs a reason; to have seen an alert is one by itself.
Result<OperatorRequest> readCommand(const ApiRequest &request)
{
    auto command = fromJson<OperatorRequest>(request.body);
    if (!command) {
        return command;
    }
    command->reason = command->reason.trimmed();
    if (command->reason.isEmpty() && request.route.endpoint != Endpoint::AlertAck) {
        return fail(ErrorCode::InvalidArgument, u"reason: must be given"_s);
    }
    if (command->reason.size() > 500) {
        return fail(ErrorCode::InvalidArgument, u"reason: at most 500 characters"_s);
    }
    return command;
}

void givePicture(const ApiContext &context, const ApiRequest &request, HttpResponder respond)
{
    context.fleet.pictureOf(request.route.node, request.actor, [respond = std::move(respond)](const Result<QByteArray> &png) {
        if (!png) {
            respond(errorAnswer(png.error()));
            return;
        }
        HttpResponse response;
        response.contentType = "image/png";
        response.body = *png;
        respond(response);
    });
}

} // namespace

void handleCommandRequest(ApiContext context, const ApiRequest &request, HttpResponder respond)
{
    const Route &route = request.route;
    if (route.endpoint == Endpoint::NodeCommand && onlyLooks(route.nodeAction)) {
        if (route.nodeAction == NodeAction::Picture) {
            givePicture(context, request, std::move(respond));
        } else {
            context.fleet.selfCheckOf(route.node, request.actor, answering<CheckData>(std::move(respond)));
        }
        return;
    }
    const auto command = readCommand(request);
    if (!command) {
        respond(errorAnswer(command.error()));
        return;
    }
    auto done = replying(std::move(respond));
    if (route.endpoint == Endpoint::JobCommand) {
        context.fleet.jobCommand(route.job, route.jobAction, *command, request.actor, std::move(done));
    } else if (route.endpoint == Endpoint::NodeCommand) {
        context.fleet.nodeCommand(route.node, route.nodeAction, *command, request.actor, std::move(done));
    } else if (route.endpoint == Endpoint::AlertAck) {
        context.fleet.acknowledgeAlert(route.alertKind, route.alertSubject, *command, request.actor, std::move(done));
    } else {
        context.fleet.dispatchCommand(route.pause, *command, request.actor, std::move(done));
    }
}

} // namespace dtf
