// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/joincode.h"
#include "common/protocol/codec.h"
#include "orchestrator/api/handlers/answers.h"
#include "orchestrator/api/handlers/apihandlers.h"
#include "orchestrator/api/membershipservice.h"

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

constexpr qsizetype shortestRequest = 16;

void enrol(const ApiContext &context, const ApiRequest &request, HttpResponder respond)
{
    if (const auto version = servedProtocol(request.body); !version) {
        respond(errorAnswer(version.error()));
        return;
    }
    auto wish = fromJson<EnrolRequest>(request.body);
    if (!wish) {
        respond(errorAnswer(wish.error()));
        return;
    }
    if (wish->request.size() < shortestRequest) {
        respond(errorAnswer(Error {ErrorCode::InvalidArgument, u"request: must have 16 to 64 characters"_s}));
        return;
    }
    const auto code = JoinCode::parse(wish->code.toUtf8());
    if (!code) {
        respond(errorAnswer(Error {ErrorCode::Forbidden, code.error().detail}));
        return;
    }
    wish->code.clear();
    context.members->enrol(*wish, code->digest(), request.actor, answering<EnrolReply>(std::move(respond)));
}

Result<QString> checkedReason(const QString &text)
{
    const QString reason = text.trimmed();
    if (reason.isEmpty() || reason.size() > 500) {
        return fail(ErrorCode::InvalidArgument, u"reason: must be given, at most 500 characters"_s);
    }
    return reason;
}

void makeCode(const ApiContext &context, const ApiRequest &request, HttpResponder respond)
{
    auto wish = fromJson<JoinCodeRequest>(request.body);
    if (!wish) {
        respond(errorAnswer(wish.error()));
        return;
    }
    wish->reason = wish->reason.trimmed(); // may be empty: to let machines join is one by itself
    if (wish->reason.size() > 500 || wish->digest.isEmpty()) {
        respond(errorAnswer(Error {ErrorCode::InvalidArgument,
            wish->digest.isEmpty() ? u"digest: must be given"_s : u"reason: at most 500 characters"_s}));
        return;
    }
    context.members->makeJoinCode(*wish, request.actor, replying(std::move(respond)));
}

void revokeOrForget(const ApiContext &context, const ApiRequest &request, HttpResponder respond)
{
    auto wish = fromJson<OperatorRequest>(request.body);
    if (!wish) {
        respond(errorAnswer(wish.error()));
        return;
    }
    const auto reason = checkedReason(wish->reason);
    if (!reason) {
        respond(errorAnswer(reason.error()));
        return;
    }
    wish->reason = *reason;
    if (request.route.endpoint == Endpoint::JoinCodeRevoke) {
        context.members->revokeJoinCode(request.route.number, *wish, request.actor, replying(std::move(respond)));
    } else {
        context.members->forgetNode(request.route.node, *wish, request.actor, replying(std::move(respond)));
    }
}

} // namespace

void handleJoinRequest(ApiContext context, const ApiRequest &request, HttpResponder respond)
{
    if (!context.members) {
        respond(errorAnswer(404, u"no machine can join here"_s));
        return;
    }
    switch (request.route.endpoint) {
    case Endpoint::Enrol:
        enrol(context, request, std::move(respond));
        return;
    case Endpoint::JoinCodes:
        respond(jsonAnswer(toJson(context.members->joinCodes())));
        return;
    case Endpoint::JoinCodeMake:
        makeCode(context, request, std::move(respond));
        return;
    default:
        revokeOrForget(context, request, std::move(respond));
    }
}

} // namespace dtf
