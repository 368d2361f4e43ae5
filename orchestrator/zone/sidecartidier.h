// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/sharefs.h"

#include <QHash>

#include <optional>

namespace dtf {

/// Removes reasons whose token has gone on without their being seen to: the orchestrator was killed between the two, or an agent
/// wrote its words late. Each must have been without its token in two looks further apart than caches live. Best effort.
/// Blocking: share worker thread only.
class SidecarTidier final
{
public:
    static constexpr milliseconds lookEvery {60'000};
    static constexpr int mostPerLook = 32;

    explicit SidecarTidier(milliseconds cacheLifetime);

    /// Does nothing before the next look is due, or when the share is not `expectedUuid` (I11). How many were removed.
    int look(ShareFs &share, const QByteArray &expectedUuid, MonoTime now);

private:
    [[nodiscard]] Result<QHash<SharePath, MonoTime>> orphans(ShareFs &share, MonoTime now) const;

    milliseconds m_apart;
    QHash<SharePath, MonoTime> m_known; ///< without a token at the last look, since when
    std::optional<MonoTime> m_lastLook;
};

} // namespace dtf
