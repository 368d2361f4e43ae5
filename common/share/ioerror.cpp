// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/ioerror.h"

#include "common/core/escape.h"

namespace dtf {

using namespace Qt::StringLiterals;

ErrorCode toErrorCode(IoKind kind)
{
    switch (kind) {
    case IoKind::NotFound:
    case IoKind::NoFolder:
        return ErrorCode::NotFound;
    case IoKind::Exists:
        return ErrorCode::AlreadyExists;
    case IoKind::Busy:
        return ErrorCode::Busy;
    case IoKind::CrossDevice:
        return ErrorCode::CrossDevice;
    case IoKind::ReadOnly:
        return ErrorCode::ReadOnly;
    case IoKind::NoSpace:
        return ErrorCode::NoSpace;
    case IoKind::Denied:
        return ErrorCode::PermissionDenied;
    case IoKind::NotRegular:
        return ErrorCode::NotRegular;
    case IoKind::Invalid:
        return ErrorCode::InvalidArgument;
    case IoKind::TooMany:
        return ErrorCode::TooMany;
    case IoKind::RootGone:
        return ErrorCode::ShareDown;
    case IoKind::Unsupported:
    case IoKind::Trouble:
        return ErrorCode::IoError;
    }
    return ErrorCode::IoError;
}

Error toError(const IoError &error, QLatin1StringView what, QByteArrayView path)
{
    QString detail = what + u' ' + escapedForLog(path);
    if (error.kind == IoKind::RootGone) {
        detail += u": the share's root is gone or another one"_s;
    } else if (error.kind == IoKind::NoFolder) {
        detail += u": the folder is missing"_s;
    } else if (error.kind == IoKind::NotRegular && error.code == 0) {
        detail += u": not a plain file"_s;
    }
    if (error.code != 0) {
        detail += u": "_s + systemText(error.code) + u" (%1)"_s.arg(error.code);
    }
    return {toErrorCode(error.kind), detail};
}

} // namespace dtf
