// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace dtf {

/// POST /api/v1/enrol, without a token: a machine asks to join the pool. Asking again with the same `request` and `machine` gives
/// the same name; the token given before it stops counting.
struct EnrolRequest
{
    int protocol = 0;
    QString code; ///< as the operator wrote it down; never kept
    NodeName node; ///< wanted name; empty: any
    QByteArray machine; ///< printable ASCII, ≤ 128: identityOf() its hardware; empty: not known
    QByteArray request; ///< printable ASCII, 16 to 64: made by the machine, kept until it has its answer
    BootId boot; ///< this life of the agent
    QString version;
    bool returns = false; ///< it has been `node` and has that node's journal, but its token is not known here: that name or none
};
struct EnrolReply
{
    int protocol = 0;
    NodeName node; ///< its name and its folder on the share
    QString token; ///< its bearer token: kept by the machine, the orchestrator keeps a digest
    QByteArray orchestrator; ///< printable ASCII: identity of the orchestrator's store
};

/// POST /api/v1/join-codes: a code that the operator's side has made. Only its digest travels.
struct JoinCodeRequest
{
    QString reason;
    QString key; ///< idempotency key
    QByteArray digest; ///< SHA-256, hex
    int hours = 24; ///< 1–8,784
    int uses = 1; ///< 1–1,000
};

/// What became of a join code: `used` of `uses` machines have joined with it.
struct JoinCodeView
{
    qint64 number = 0; ///< names it; never used again
    QString state; ///< "good", "expired", "used-up", "revoked"
    QString by;
    QString reason;
    WallTime made;
    WallTime until;
    int uses = 0;
    int used = 0;
    QString revokedBy; ///< empty: nobody has
};
/// GET /api/v1/join-codes, newest first.
struct JoinCodesView
{
    QList<JoinCodeView> codes;
};

} // namespace dtf
