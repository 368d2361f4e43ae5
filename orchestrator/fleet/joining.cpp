// SPDX-License-Identifier: GPL-3.0-or-later
// Machines that join by themselves: codes, names, tokens, and how a node leaves for good.
#include "orchestrator/policy/joining.h"
#include "common/core/joincode.h"
#include "common/protocol/version.h"
#include "orchestrator/fleet/fleetstate.h"
#include "orchestrator/store/auditwords.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostCodes = 500; ///< kept; dead ones make room, oldest first
constexpr qsizetype mostMembers = 1'000;
constexpr qsizetype mostAsking = 256;
constexpr qint64 hour = 3'600'000;
constexpr milliseconds timeToSpeak {60'000}; ///< for the first heartbeat of one that was let in

EnrolDecision refuse(ErrorCode code, const QString &detail)
{
    return {tl::unexpected<Error>({code, detail})};
}

OperatorReply answer(bool ok, const QString &code, const QString &detail)
{
    OperatorReply reply;
    reply.ok = ok;
    reply.code = code;
    reply.detail = detail;
    return reply;
}

OperatorReply refused(ErrorCode code, const QString &detail)
{
    return answer(false, toString(code), detail);
}

} // namespace

/// Every code is compared, to its end.
JoinCodeRecord *FleetState::codeOf(const QByteArray &digest)
{
    JoinCodeRecord *found = nullptr;
    for (JoinCodeRecord &code : m_joinCodes) {
        if (sameSecret(code.digest, digest)) {
            found = &code;
        }
    }
    return found;
}

/// The node as which this machine is known; null: it is new.
MemberRecord *FleetState::memberOf(const EnrolRequest &body, bool *sameRequest)
{
    MemberRecord *found = nullptr;
    for (MemberRecord &member : m_members) {
        if (!body.request.isEmpty() && member.request == body.request && member.machine == body.machine) {
            *sameRequest = true;
            return &member;
        }
        if (!body.machine.isEmpty() && member.machine == body.machine) {
            found = &member;
        }
    }
    return found;
}

/// Nothing was heard of it, and yet it may live: it was let in a moment ago, or we have just started and it had no time to speak.
bool FleetState::mayHaveToSpeakYet(const FleetNode &n, const EnrolRequest &body, const Now &now) const
{
    if (const auto granted = m_granted.constFind(n.config.name); granted != m_granted.constEnd()) {
        if (granted->boot == body.boot) {
            return false; // it has asked itself, and the answer was lost
        }
        if (now.mono - granted->at < timeToSpeak && n.heardAt < granted->at) {
            return true;
        }
    }
    return n.beat.seq == 0 && now.mono - m_started < m_config.startGrace;
}

/// Why this machine can't have that node's name now, if so. AlreadyExists: for certain, another agent lives under it.
std::optional<Error> FleetState::stillAlive(const FleetNode &n, const EnrolRequest &body, const Now &now)
{
    const QString name = n.config.name.toString();
    const bool heard = n.liveness == Liveness::Alive && n.boot != body.boot && now.mono - n.lastBeat < m_config.suspectAfter;
    if (!heard && !mayHaveToSpeakYet(n, body, now)) {
        m_asking.remove(body.request);
        return std::nullopt;
    }
    if (m_asking.size() >= mostAsking) {
        m_asking.clear(); // they ask again
    }
    if (!m_asking.contains(body.request)) {
        m_asking.insert(body.request, now.mono);
    }
    const MonoTime first = m_asking.value(body.request);
    if (heard && n.heardAt - first >= provenTwinAfter) {
        return Error {ErrorCode::AlreadyExists,
            u"a machine that says it is the same one lives in the pool as %1: this is a clone of it"_s.arg(name)};
    }
    return Error {ErrorCode::Stale,
        heard
            ? u"this machine is known as %1, and an agent of that name was heard a moment ago; ask again once it is silent"_s.arg(
                name)
            : u"this machine is known as %1, and another one that is so, too, may only not have spoken yet; ask again in a minute"_s
                  .arg(name)};
}

/// Why a machine that has been that node can't be it again, if so. A node that is here for the files in its folder alone is
/// nobody's.
std::optional<Error> FleetState::isSomebodys(const NodeName &name) const
{
    const FleetNode *n = node(name);
    if (!n || (n->retired && n->liveness != Liveness::Alive && n->liveness != Liveness::Suspect)) {
        return std::nullopt;
    }
    return Error {ErrorCode::Forbidden,
        u"%1 is %2 here, and this machine, which has been %1 elsewhere, has that one's memory: give it the token of that node, "
        u"or let "
        "it join as a new machine (move its state folder away)"_s.arg(
            name.toString(), isConfigured(name) ? u"in the orchestrator's configuration"_s : u"another machine"_s)};
}

/// The name of a new machine, which is a node from here on.
Result<NodeName> FleetState::takeIn(Context &c, const EnrolRequest &body)
{
    if (m_members.size() >= mostMembers) {
        return fail(ErrorCode::TooMany, u"%1 machines have joined; forget some first"_s.arg(mostMembers));
    }
    if (!body.returns || body.node.isEmpty()) {
        const NodeName name = freeName(body.node, [this](const NodeName &taken) { return node(taken) != nullptr; });
        if (name.isEmpty()) {
            return fail(ErrorCode::TooMany, u"no name like %1 is free"_s.arg(body.node.toString()));
        }
        addNode(name);
        return name;
    }
    if (const auto taken = isSomebodys(body.node)) {
        return tl::unexpected(*taken);
    }
    if (FleetNode *n = node(body.node)) { // its files came before it
        n->retired = false;
        n->admin = AdminState::InService;
        n->adminBy = "orchestrator";
        n->adminReason = "it has joined again";
        n->adminChanged = c.now.wall;
    } else {
        addNode(body.node);
    }
    return body.node;
}

void FleetState::on(Context &c, const EnrolAsked &event)
{
    c.step.enrolments.append({event.request, enrol(c, event)});
}

EnrolDecision FleetState::enrol(Context &c, const EnrolAsked &event)
{
    const EnrolRequest &body = event.body;
    JoinCodeRecord *code = codeOf(event.codeDigest);
    const auto refuseCode = [&](const QString &why) {
        if (m_refusedEnrols.size() >= mostAsking) {
            m_refusedEnrols.clear();
        }
        const QByteArray told = body.request + '\n' + why.toUtf8();
        if (!m_refusedEnrols.contains(told)) { // it asks again and again
            m_refusedEnrols.insert(told);
            audit(c, AuditKind::CommandRefused, nullptr, {}, "enrol: " + why.toUtf8(), event.from);
        }
        return refuse(ErrorCode::Forbidden, why);
    };
    if (!code) {
        return refuseCode(u"this join code is not known here; an operator makes one with: dtf-ctl join-code"_s);
    }
    bool again = false; // the answer was lost: no second node, no second use
    MemberRecord *member = memberOf(body, &again);
    const CodeState state = judgeCode(*code, c.now.wall);
    if (state != CodeState::Good && !(again && state != CodeState::Revoked)) {
        return refuseCode(refusalOf(state, *code));
    }
    if (const FleetNode *n = member ? node(member->node) : nullptr) {
        if (const auto alive = stillAlive(*n, body, c.now)) {
            return {tl::unexpected(*alive)};
        }
    }
    const bool isNew = !member;
    if (body.returns && !isNew && member->node != body.node) {
        return refuseCode(
            u"this machine is known here as %1, and has the memory of %2"_s.arg(member->node.toString(), body.node.toString()));
    }
    if (isNew) {
        const Result<NodeName> name = takeIn(c, body);
        if (!name) {
            return name.error().code == ErrorCode::Forbidden ? refuseCode(name.error().detail)
                                                             : EnrolDecision {tl::unexpected(name.error())};
        }
        m_members.append(MemberRecord {*name, {}, {}, {}, 0, {}});
        member = &m_members.last();
    }
    member->tokenDigest = sha256Of(event.token);
    member->machine = body.machine;
    member->request = body.request;
    member->code = code->number;
    member->joined = c.now.wall;
    m_granted.insert(member->node, {c.now.mono, body.boot});
    c.step.store.members.append(*member);
    if (!again) {
        ++code->used;
        c.step.store.joinCodes.append(*code);
    }
    audit(c, AuditKind::NodeJoined, nullptr, member->node,
        (isNew          ? QByteArray(body.returns ? "returned with its journal" : "joined")
                : again ? QByteArray("asked again")
                        : QByteArray("joined again under its name"))
            + " with join code " + QByteArray::number(code->number) + " (use " + QByteArray::number(code->used) + " of "
            + QByteArray::number(code->uses) + "), machine " + (body.machine.isEmpty() ? QByteArray("unknown") : body.machine),
        event.from);
    c.step.membersChanged = true;
    c.step.changedNodes.insert(member->node);
    m_dispatchWanted = true;
    EnrolReply reply;
    reply.protocol = protocolVersion;
    reply.node = member->node;
    reply.token = QString::fromLatin1(event.token);
    reply.orchestrator = m_storeId;
    return {reply};
}

void FleetState::on(Context &c, const JoinCodeMade &event)
{
    const auto reply = [&]() -> OperatorReply {
        if (codeOf(event.digest)) {
            return refused(ErrorCode::AlreadyExists, u"this code exists already"_s);
        }
        for (qsizetype i = 0; m_joinCodes.size() >= mostCodes && i < m_joinCodes.size();) {
            if (judgeCode(m_joinCodes[i], c.now.wall) == CodeState::Good) {
                ++i;
            } else {
                c.step.store.joinCodesGone.append(m_joinCodes.takeAt(i).number);
            }
        }
        if (m_joinCodes.size() >= mostCodes) {
            return refused(ErrorCode::TooMany, u"%1 codes are good already; revoke some first"_s.arg(m_joinCodes.size()));
        }
        JoinCodeRecord code;
        code.number = m_nextCode++;
        code.digest = event.digest;
        code.made = c.now.wall;
        code.by = event.actor;
        code.reason = event.body.reason.toUtf8();
        code.until = {c.now.wall.msecsSinceEpoch + event.body.hours * hour};
        code.uses = event.body.uses;
        m_joinCodes.append(code);
        c.step.store.joinCodes.append(code);
        c.step.store.settings.append({"joincode.next", QByteArray::number(m_nextCode)});
        audit(c, AuditKind::JoinCode, nullptr, {},
            "number " + QByteArray::number(code.number) + " made for " + QByteArray::number(code.uses) + " machines and "
                + QByteArray::number(event.body.hours) + " hours: " + code.reason,
            event.actor);
        return answer(true, u"done"_s,
            u"join code %1: good for %2 machines within %3 hours"_s.arg(code.number).arg(code.uses).arg(event.body.hours));
    }();
    c.step.replies.append({event.request, reply});
}

void FleetState::on(Context &c, const JoinCodeRevoked &event)
{
    const auto at = std::find_if(
        m_joinCodes.begin(), m_joinCodes.end(), [&](const JoinCodeRecord &code) { return code.number == event.number; });
    OperatorReply reply;
    if (at == m_joinCodes.end()) {
        reply = refused(ErrorCode::NotFound, u"there is no join code %1"_s.arg(event.number));
    } else if (!at->revokedBy.isEmpty()) {
        reply = refused(ErrorCode::Stale, u"%1 has revoked it already"_s.arg(QString::fromUtf8(at->revokedBy)));
    } else {
        at->revokedBy = event.actor;
        c.step.store.joinCodes.append(*at);
        audit(c, AuditKind::JoinCode, nullptr, {},
            "number " + QByteArray::number(at->number) + " revoked after " + QByteArray::number(at->used)
                + " uses: " + event.body.reason.toUtf8(),
            event.actor);
        reply = answer(true, u"done"_s, u"join code %1 lets nobody in any more; who has joined stays"_s.arg(event.number));
    }
    if (!reply.ok) {
        audit(c, AuditKind::CommandRefused, nullptr, {}, "revoke join code: " + reply.detail.toUtf8(), event.actor);
    }
    c.step.replies.append({event.request, reply});
}

void FleetState::on(Context &c, const NodeForgotten &event)
{
    const QString name = event.node.toString();
    const FleetNode *n = node(event.node);
    const auto member =
        std::find_if(m_members.begin(), m_members.end(), [&](const MemberRecord &m) { return m.node == event.node; });
    OperatorReply reply;
    if (!n) {
        reply = refused(ErrorCode::NotFound, u"there is no node %1"_s.arg(name));
    } else if (isConfigured(event.node)) {
        reply =
            refused(ErrorCode::Forbidden, u"%1 is in the orchestrator's configuration: take its [[node]] out there"_s.arg(name));
    } else if (n->liveness == Liveness::Alive || n->liveness == Liveness::Suspect) {
        reply = refused(ErrorCode::IllegalTransition, u"%1 is heard: take it out and switch it off first"_s.arg(name));
    } else if (const qsizetype files = filesOf(*n); files > 0) {
        reply = refused(ErrorCode::IllegalTransition,
            u"%1 still has %2 files in its folder: they must come to an end first"_s.arg(name).arg(files));
    } else {
        if (member != m_members.end()) { // else it was taken in because of its files
            m_members.erase(member);
        }
        m_granted.remove(event.node);
        removeNode(c, event.node);
        c.step.store.nodesGone.append(event.node);
        audit(c, AuditKind::NodeForgotten, nullptr, event.node, event.body.reason.toUtf8(), event.actor);
        c.step.membersChanged = true;
        c.step.summaryChanged = true;
        reply = answer(true, u"done"_s, u"%1 is forgotten, its token counts no more; its folders stay on the share"_s.arg(name));
    }
    if (!reply.ok) {
        audit(c, AuditKind::CommandRefused, nullptr, event.node, "forget: " + reply.detail.toUtf8(), event.actor);
    }
    c.step.replies.append({event.request, reply});
}

/// Under way on it or lying in its folder, also when they wait for another node already.
qsizetype FleetState::filesOf(const FleetNode &n) const
{
    const SharePath folder = layout::processing(n.config.name) + '/';
    return std::count_if(m_jobs.begin(), m_jobs.end(),
        [&](const auto &entry) { return n.jobs.contains(entry.first) || entry.second.place().startsWith(folder); });
}

bool FleetState::isConfigured(const NodeName &name) const
{
    return std::any_of(m_config.nodes.begin(), m_config.nodes.end(), [&](const NodeConfig &n) { return n.name == name; });
}

/// Invalidates every FleetNode pointer.
void FleetState::addNode(const NodeName &name)
{
    FleetNode fleetNode;
    fleetNode.config.name = name;
    m_nodeIndex.insert(name, static_cast<qint16>(m_nodes.size()));
    m_nodes.push_back(std::move(fleetNode));
}

/// Files lie in the folder of a node that nobody knows: it is taken in again until they have come to an end. Invalidates every
/// FleetNode pointer.
void FleetState::ensureNode(Context &c, const NodeName &name)
{
    if (node(name)) {
        return;
    }
    addNode(name);
    retire(m_nodes.back());
    m_nodes.back().adminChanged = c.now.wall;
    audit(c, AuditKind::NodeState, nullptr, name,
        nodeNews(NodeNews::Draining, m_nodes.back().adminReason + ", but files lie in its folder"), "orchestrator");
    c.step.changedNodes.insert(name);
    c.step.summaryChanged = true;
}

/// Nothing is under way on it; files that ran there last forget where.
void FleetState::removeNode(Context &c, const NodeName &name)
{
    const qint16 gone = nodeIndex(name);
    for (auto &[id, job] : m_jobs) {
        job.node = job.node == gone ? qint16 {-1} : job.node > gone ? static_cast<qint16>(job.node - 1) : job.node;
    }
    m_nodes.erase(m_nodes.begin() + gone);
    m_nodeIndex.remove(name);
    for (qint16 &index : m_nodeIndex) {
        index = index > gone ? static_cast<qint16>(index - 1) : index;
    }
    clearForgotten(c);
}

void FleetState::restoreMembers(const StoreSnapshot &snapshot)
{
    m_joinCodes = snapshot.joinCodes;
    m_members = snapshot.members;
    for (const JoinCodeRecord &code : m_joinCodes) {
        m_nextCode = qMax(m_nextCode, code.number + 1);
    }
    for (const MemberRecord &member : m_members) {
        if (!node(member.node)) { // else it has come into the configuration meanwhile
            addNode(member.node);
        }
    }
}

QList<NodeName> FleetState::joinedNodes() const
{
    QList<NodeName> names;
    for (const MemberRecord &member : m_members) {
        names.append(member.node);
    }
    return names;
}

JoinCodesView FleetState::joinCodes(const Now &now) const
{
    JoinCodesView view;
    for (auto code = m_joinCodes.crbegin(); code != m_joinCodes.crend(); ++code) {
        view.codes.append(
            {code->number, toString(judgeCode(*code, now.wall)), QString::fromUtf8(code->by), QString::fromUtf8(code->reason),
                code->made, code->until, code->uses, code->used, QString::fromUtf8(code->revokedBy)});
    }
    return view;
}

} // namespace dtf
