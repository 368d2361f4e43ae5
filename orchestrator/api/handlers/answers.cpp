// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/handlers/answers.h"

#include "common/protocol/codec.h"

namespace dtf {

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument:
    case ErrorCode::ParseError:
    case ErrorCode::VersionMismatch:
        return 400;
    case ErrorCode::Unauthorised:
        return 401;
    case ErrorCode::Forbidden:
        return 403;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::IllegalTransition:
    case ErrorCode::AlreadyExists:
    case ErrorCode::Stale:
    case ErrorCode::Cancelled:
        return 409;
    case ErrorCode::TooLarge:
        return 413;
    case ErrorCode::TooMany:
        return 429;
    case ErrorCode::Timeout:
    case ErrorCode::Unavailable:
    case ErrorCode::Untrusted:
    case ErrorCode::ShareDown:
    case ErrorCode::ShareWrong:
    case ErrorCode::ReadOnly:
    case ErrorCode::NoSpace:
    case ErrorCode::PermissionDenied:
    case ErrorCode::Busy:
    case ErrorCode::IoError:
    case ErrorCode::StoreFailed:
    case ErrorCode::BrowserGone:
        return 503;
    case ErrorCode::Internal:
    case ErrorCode::CrossDevice:
    case ErrorCode::NotRegular:
    case ErrorCode::Changed:
    case ErrorCode::ChainBroken:
    case ErrorCode::SpawnFailed:
        return 500;
    }
    return 500;
}

namespace {

ErrorCode codeOf(int status)
{
    switch (status) {
    case 401:
        return ErrorCode::Unauthorised;
    case 403:
        return ErrorCode::Forbidden;
    case 404:
        return ErrorCode::NotFound;
    case 408:
        return ErrorCode::Timeout;
    case 413:
    case 431:
        return ErrorCode::TooLarge;
    case 429:
        return ErrorCode::TooMany;
    case 503:
        return ErrorCode::Unavailable;
    case 400:
        return ErrorCode::ParseError;
    default:
        return ErrorCode::InvalidArgument;
    }
}

HttpResponse withRetry(HttpResponse response)
{
    response.retryAfterSeconds = response.status == 429 ? 60 : response.status == 503 ? 5 : 0;
    return response;
}

} // namespace

HttpResponse jsonAnswer(const QJsonObject &object, int status)
{
    HttpResponse response;
    response.status = status;
    response.body = toBytes(object);
    return response;
}

HttpResponse errorAnswer(const Error &error)
{
    return withRetry(jsonAnswer(toJson(ApiError {error.code, error.detail}), statusOf(error.code)));
}

HttpResponse errorAnswer(int status, const QString &detail)
{
    return withRetry(jsonAnswer(toJson(ApiError {codeOf(status), detail}), status));
}

HttpResponse refusedAnswer(QJsonObject body, const Error &error)
{
    const QJsonObject wrapped = toJson(ApiError {error.code, error.detail});
    for (auto it = wrapped.constBegin(); it != wrapped.constEnd(); ++it) {
        body.insert(it.key(), it.value());
    }
    return withRetry(jsonAnswer(body, statusOf(error.code)));
}

std::function<void(Result<OperatorReply>)> replying(HttpResponder respond)
{
    return [respond = std::move(respond)](const Result<OperatorReply> &reply) {
        if (!reply) {
            respond(errorAnswer(reply.error()));
        } else if (reply->ok) {
            respond(jsonAnswer(toJson(*reply)));
        } else {
            const auto code = errorCodeFromString(QLatin1StringView(reply->code.toLatin1()));
            respond(refusedAnswer(toJson(*reply), {code.value_or(ErrorCode::Internal), reply->detail}));
        }
    };
}

} // namespace dtf
