// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/core/hardware.h"
#include "common/core/ids.h"

#include <QString>

#include <optional>

namespace dtf {

/// What a machine that joins by itself remembers of it: <state_dir>/enrolment, readable by this program's user only. Before the
/// answer it holds the question, so that asking again after a crash is the same question.
struct Enrolment
{
    NodeName node; ///< empty: no answer yet
    QByteArray token;
    QByteArray machine; ///< as which it has asked: identityOf(hardware), and more where a twin has the same
    QByteArray request;
    QByteArray orchestrator;
    QByteArray code; ///< digest (hex) of the join code that let it in; empty: not known
    Hardware hardware; ///< of the machine that asked
    bool twin = false; ///< the orchestrator has proof that another agent lives under this name
    [[nodiscard]] bool isJoined() const { return !node.isEmpty() && !token.isEmpty(); }
};

[[nodiscard]] QString enrolmentFile(const QString &stateDir);
/// Nothing when there is none. PermissionDenied when others can read it, ParseError when it is damaged.
[[nodiscard]] Result<std::optional<Enrolment>> readEnrolment(const QString &stateDir);
/// Whole and durable, or as it was before.
[[nodiscard]] Result<void> writeEnrolment(const QString &stateDir, const Enrolment &enrolment);

/// A question not asked before: with an identity that no twin of the same hardware has when `amongTwins`.
[[nodiscard]] Enrolment freshQuestion(const Hardware &hardware, bool amongTwins);

} // namespace dtf
