// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/fingerprint.h"
#include "common/protocol/messages.h"
#include "console/ctl/rolloutplan.h"
#include "console/net/filters.h"

#include <QDate>
#include <QStringList>
#include <QUrl>

namespace dtf {

enum class Verb {
    Help,
    Version,
    State,
    Nodes,
    Jobs,
    Why,
    Log,
    Attempts,
    Results,
    Evidence,
    Audit,
    Alerts,
    Report,
    History,
    Job,
    Node,
    Picture,
    SelfCheck,
    Dispatch,
    Ack,
    JoinCode,
    JoinCodes,
    ForgetNode,
    TakeOut,
    PutBack,
    Rollout
};

/// One invocation of dtf-ctl, understood.
struct Arguments
{
    Verb verb = Verb::Help;
    // global
    QUrl server;
    QString tokenFile; ///< empty: no token
    Fingerprint fingerprint; ///< the pinned certificate of an https server; none: the system's CAs decide
    milliseconds timeout {10'000};
    bool json = false;
    // of a verb
    QString job; ///< as typed: id, part of an id, or file name
    NodeName node; ///< Node, Picture, SelfCheck
    QString file; ///< Picture, Evidence
    JobAction jobAction = JobAction::Requeue;
    NodeAction nodeAction = NodeAction::Pause;
    bool pause = false; ///< Dispatch
    AlertKind alertKind = AlertKind::StoreFailing; ///< Ack
    QString subject; ///< Ack: a node, an id or a part of it; empty: the only one of its kind
    JobFilter jobs;
    AuditFilter audit; ///< its job is in `job`
    QDate day; ///< Report; invalid: today (UTC)
    int hours = 24; ///< History, JoinCode
    int uses = 1; ///< JoinCode
    qint64 revoke = 0; ///< JoinCodes: this one; 0: list them
    bool noWait = false; ///< TakeOut, PutBack
    milliseconds wait {0}; ///< TakeOut, PutBack: at most
    RolloutWish rollout;
    Epoch attempt = 0; ///< Log; 0: the newest
    bool all = false;
    bool follow = false;
    OperatorRequest request;
};

/// What the environment offers where the command line says nothing.
struct ArgumentDefaults
{
    QString server; ///< DTF_SERVER
    QString tokenFile; ///< DTF_TOKEN_FILE
    QString fingerprint = {}; ///< DTF_FINGERPRINT
};

/// `words`: without the program's name. Pure. InvalidArgument with a sentence for the user.
[[nodiscard]] Result<Arguments> parseArguments(const QStringList &words, const ArgumentDefaults &defaults);

/// The whole of --help.
[[nodiscard]] QString helpText();

} // namespace dtf
