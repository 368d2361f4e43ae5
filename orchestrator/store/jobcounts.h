// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QHash>
#include <QString>

#include <optional>

namespace dtf {

/// What counting the files of a filter gave, for as long as counting again is not worth it. Pure but for its own memory, which is
/// bounded. Thread: its owner's.
class JobCounts
{
public:
    struct Count
    {
        qint64 total = 0;
        bool exact = true;
    };
    static constexpr milliseconds cheap {10}; ///< what was counted faster is always counted anew
    static constexpr milliseconds kept {5'000};
    static constexpr qsizetype most = 64;
    /// Filters that no index answers are counted so far: looking through all rows for the rest could take longer than the page.
    static constexpr qint64 farthest = 10'000;

    [[nodiscard]] std::optional<Count> known(const QString &filter, MonoTime now) const
    {
        const auto at = m_counts.constFind(filter);
        return at != m_counts.cend() && now - at->counted < kept ? std::optional(at->count) : std::nullopt;
    }
    void remember(const QString &filter, const Count &count, MonoTime now, milliseconds took)
    {
        m_counts.remove(filter);
        if (took >= cheap) {
            if (m_counts.size() >= most) {
                m_counts.clear();
            }
            m_counts.insert(filter, {count, now});
        }
    }

private:
    struct Known
    {
        Count count;
        MonoTime counted;
    };
    QHash<QString, Known> m_counts;
};

} // namespace dtf
