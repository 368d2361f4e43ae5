// SPDX-License-Identifier: GPL-3.0-or-later
// FleetController's side towards machines that join.
#include "common/core/joincode.h"
#include "common/core/logging.h"
#include "orchestrator/fleet/fleetcontroller.h"

DTF_LOG_CATEGORY(lcMembers, "orchestrator.join")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostEnrolments = 256; ///< that wait for the store

} // namespace

std::optional<Principal> FleetController::memberOf(QByteArrayView bearer) const
{
    return m_members.authenticate(bearer);
}

/// Tokens and folders as the fleet has them now; what it has is durable.
void FleetController::takeMembers()
{
    AccessList members;
    for (const MemberRecord &member : m_state.members()) {
        members.add({Role::Node, member.node.toString(), member.node}, member.tokenDigest);
    }
    m_members = std::move(members);
    m_zone.setNodes(m_state.nodeNames(), m_state.joinedNodes());
}

void FleetController::enrol(
    const EnrolRequest &request, const QByteArray &codeDigest, const QByteArray &from, Callback<EnrolReply> done)
{
    if (!m_storeOk || m_stopping || m_enrolments.size() >= mostEnrolments) {
        done(fail(ErrorCode::StoreFailed, u"nobody can be let in now: it can't be recorded; ask again later"_s));
        return;
    }
    const quint64 number = m_nextRequest++;
    m_enrolments.insert(number, std::move(done));
    apply(EnrolAsked {number, request, codeDigest, newBearerToken(), from});
}

void FleetController::answerEnrolments(const Step &step)
{
    for (const auto &[number, decision] : step.enrolments) {
        if (decision.reply) {
            qCInfo(lcMembers).noquote() << decision.reply->node.toString() << "has joined";
        } else {
            qCInfo(lcMembers).noquote() << "a machine was not let in:" << decision.reply.error().detail;
        }
        if (const auto done = m_enrolments.take(number)) {
            done(decision.reply);
        }
    }
}

void FleetController::makeJoinCode(const JoinCodeRequest &request, const QByteArray &actor, Callback<OperatorReply> done)
{
    OperatorRequest body;
    body.key = request.key;
    command(actor, body, std::move(done), [=](quint64 number) -> FleetEvent {
        return JoinCodeMade {number, request, QByteArray::fromHex(request.digest), actor};
    });
}

void FleetController::revokeJoinCode(
    qint64 code, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done)
{
    command(actor, request, std::move(done), [=](quint64 number) -> FleetEvent {
        return JoinCodeRevoked {number, code, request, actor};
    });
}

JoinCodesView FleetController::joinCodes()
{
    return m_state.joinCodes(m_clock.now());
}

void FleetController::forgetNode(
    const NodeName &node, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done)
{
    command(actor, request, std::move(done), [=](quint64 number) -> FleetEvent {
        return NodeForgotten {number, node, request, actor};
    });
}

} // namespace dtf
