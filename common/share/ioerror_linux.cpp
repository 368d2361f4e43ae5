// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/ioerror.h"

#include <cerrno>
#include <system_error>

namespace dtf {

IoKind classify(int code)
{
    switch (code) {
    case ENOENT:
        return IoKind::NotFound;
    case EEXIST:
    case ENOTEMPTY:
    case EISDIR:
        return IoKind::Exists;
    case EBUSY:
    case ETXTBSY:
    case EAGAIN:
        return IoKind::Busy;
    case EXDEV:
        return IoKind::CrossDevice;
    case EROFS:
        return IoKind::ReadOnly;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return IoKind::NoSpace;
    case EACCES:
    case EPERM:
        return IoKind::Denied;
    case ENOTDIR:
    case ELOOP:
    case ENXIO:
        return IoKind::NotRegular;
    case EINVAL:
    case ENAMETOOLONG:
    case EILSEQ:
        return IoKind::Invalid;
    case EMFILE:
    case ENFILE:
        return IoKind::TooMany;
    case ENOSYS:
    case EOPNOTSUPP:
        return IoKind::Unsupported;
    default:
        return IoKind::Trouble;
    }
}

tl::unexpected<IoError> lastIoError()
{
    const int code = errno;
    return ioFail(classify(code), code);
}

QString systemText(int code)
{
    return QString::fromStdString(std::generic_category().message(code));
}

} // namespace dtf
