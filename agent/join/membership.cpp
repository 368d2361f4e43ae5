// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/join/membership.h"

#include "agent/join/enroller.h"
#include "agent/join/movedaside.h"
#include "agent/join/wantedname.h"
#include "common/core/filelock.h"
#include "common/core/logging.h"

#include <QDir>
#include <QFile>
#include <QSysInfo>

DTF_LOG_CATEGORY(lcJoin, "agent.join")

namespace dtf {

using namespace Qt::StringLiterals;

Result<JoinStep> judgeEnrolment(const std::optional<Enrolment> &before, const Hardware &now, bool hasJoinCode)
{
    if (!before) {
        return JoinStep::Ask;
    }
    const bool changed = compare(before->hardware, now) == SameMachine::Changed;
    if (!changed && !before->twin) {
        return before->isJoined() ? JoinStep::GoOn : JoinStep::Ask;
    }
    if (!hasJoinCode) {
        return fail(ErrorCode::PermissionDenied,
            u"this disk belongs to the node %1 on another machine, of which this one is a clone: nothing of it is touched. Put a "
            "join code into [orchestrator] join_code_file (an operator makes one with: dtf-ctl join-code), then this machine "
            "joins "
            "under a name of its own"_s.arg(before->node.toString()));
    }
    return changed ? JoinStep::AskAnew : JoinStep::AskAmongTwins;
}

Result<Enrolment> settleMembership(const AgentConfig &config, const Hardware &now)
{
    for (const QString &folder : {config.stateDir, config.scratchDir}) {
        if (!QDir().mkpath(folder)) {
            return fail(
                ErrorCode::PermissionDenied, u"the folder %1 can't be made: give this account the right to"_s.arg(folder));
        }
    }
    const auto lock = FileLock::take(config.stateDir + u"/journal.lock"_s); // the journal's: one agent in this folder
    if (!lock) {
        return lock.error().code == ErrorCode::Busy
            ? fail(ErrorCode::AlreadyExists, u"another agent works in %1"_s.arg(config.stateDir))
            : tl::unexpected(lock.error());
    }
    auto before = readEnrolment(config.stateDir);
    if (!before) {
        return tl::unexpected(before.error());
    }
    const auto step = judgeEnrolment(*before, now, readJoinCode(config.joinCodeFile).has_value());
    if (!step) {
        return tl::unexpected(step.error());
    }
    if (*step == JoinStep::GoOn || (*step == JoinStep::Ask && *before)) {
        return **before;
    }
    if (*step != JoinStep::Ask) {
        const auto aside = moveAside(config.stateDir, config.scratchDir);
        if (!aside) {
            return tl::unexpected(aside.error());
        }
        const QString twin = (*before)->node.isEmpty() ? u"one that had not joined yet"_s : (*before)->node.toString();
        qCWarning(lcJoin).noquote() << "this machine is a clone of" << twin
                                    << "- what lay here is the other one's and was put into" << *aside << "- it joins anew";
    }
    const Enrolment question = freshQuestion(now, *step == JoinStep::AskAmongTwins);
    return writeEnrolment(config.stateDir, question).map([&] { return question; });
}

NodeName wantedName(const AgentConfig &config)
{
    return config.node.isEmpty() ? nodeNameFrom(QSysInfo::machineHostName()) : config.node;
}

AgentConfig asMember(AgentConfig config, const Enrolment &enrolment)
{
    config.node = enrolment.node;
    config.token = enrolment.token;
    return config;
}

CheckRow checkMembership(const AgentConfig &config, std::optional<Enrolment> *enrolled)
{
    const QString what = u"joining"_s;
    const auto before = readEnrolment(config.stateDir);
    if (!before) {
        return isBad(what, before.error().detail, u"move that file aside; with a join code it joins anew"_s);
    }
    const auto code = readJoinCode(config.joinCodeFile);
    const auto step = judgeEnrolment(*before, readHardware(), code.has_value());
    if (!step) {
        return isBad(what, step.error().detail, u"put a join code there: dtf-ctl join-code makes one"_s);
    }
    if (*step == JoinStep::GoOn) {
        *enrolled = *before;
        return isGood(what, u"joined as %1 (%2)"_s.arg((*before)->node.toString(), enrolmentFile(config.stateDir)));
    }
    const QString wanted = wantedName(config).toString();
    if (!code) {
        return isBad(what, u"not yet, and %1"_s.arg(code.error().detail), u"dtf-ctl join-code makes a code"_s);
    }
    return isGood(what,
        *step == JoinStep::Ask
            ? u"not yet: it will ask for the name %1 when it is started"_s.arg(wanted)
            : u"this is a clone of %1: it will join anew when it is started"_s.arg((*before)->node.toString()));
}

} // namespace dtf
