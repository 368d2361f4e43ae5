// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

#include <QHash>

#include <optional>

namespace dtf {

/// Removes small files that were being written when their writer was killed: they never got their name, and the writer's next
/// life takes another. A living writer needs far less time for one than it must have been seen here. Best effort.
/// Blocking: share worker thread only.
class TemporaryTidier final
{
public:
    static constexpr milliseconds lookEvery {300'000};
    static constexpr milliseconds patience {900'000};
    static constexpr int mostPerLook = 32;

    /// Does nothing before the next look is due, or when the share is not `expectedUuid` (I11). How many were removed.
    int look(ShareFs &share, const QByteArray &expectedUuid, MonoTime now);

private:
    QHash<SharePath, MonoTime> m_known; ///< at the last look, since when
    std::optional<MonoTime> m_lastLook;
};

} // namespace dtf
