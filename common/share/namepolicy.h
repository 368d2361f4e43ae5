// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/model/cause.h"

#include <QByteArray>
#include <QList>

namespace dtf {

/// What a producer's file name means for us, before anything is opened.
struct NameVerdict
{
    enum class Kind {
        Accept,
        Ignore, ///< still being written or not ours: *.part *.tmp *.crdownload ~$* .*  desktop.ini Thumbs.db
        Reject,
    };
    Kind kind = Kind::Accept;
    Cause cause = Cause::None; ///< for Reject
    QByteArray why; ///< plain words, safe to show
};

/// Pure. `acceptedTypes`: lower-case suffixes without dot ("csv"). Shell-special names ($(id), %PATH%&calc, -rf, =cmd()) are data
/// and are accepted; names that can't exist on Windows (CON, a:b, trailing dot or space), control characters, bidi marks,
/// non-UTF-8 and separators are rejected; longer than maxNameBytes is rejected.
[[nodiscard]] NameVerdict judgeName(QByteArrayView name, const QList<QByteArray> &acceptedTypes);

/// A name that is safe on every system and as a part of a token: hostile bytes replaced by '_', cut to maxNameBytes, never empty.
[[nodiscard]] QByteArray safeName(QByteArrayView name);

} // namespace dtf
