// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/messages.h"
#include "orchestrator/api/http/httphandler.h"

#include <QJsonObject>

#include <functional>

namespace dtf {

/// The status an error code has on the wire.
[[nodiscard]] int statusOf(ErrorCode code);
[[nodiscard]] HttpResponse jsonAnswer(const QJsonObject &object, int status = 200);
/// `{"error":{"code","detail"}}` with the code's status.
[[nodiscard]] HttpResponse errorAnswer(const Error &error);
/// The same with a status of HTTP's own (405, 408, 415, 426, 431 …).
[[nodiscard]] HttpResponse errorAnswer(int status, const QString &detail);
/// A refused command: its own body with an "error" beside it, so that both readers find theirs.
[[nodiscard]] HttpResponse refusedAnswer(QJsonObject body, const Error &error);

/// Answers with what the fleet decided about a command.
[[nodiscard]] std::function<void(Result<OperatorReply>)> replying(HttpResponder respond);

/// Calls `respond` with toJson of the value, or with the error.
template <typename T> [[nodiscard]] auto answering(HttpResponder respond)
{
    return [respond = std::move(respond)](
               const Result<T> &result) { respond(result ? jsonAnswer(toJson(*result)) : errorAnswer(result.error())); };
}

} // namespace dtf
