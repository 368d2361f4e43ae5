// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <QHash>

namespace dtf {

/// Changes gathered into one delta: of each node, job and alert only the newest, audit rows all. Bounded: past `maxEntries` it
/// keeps nothing and says overflowed(). Pure.
class DeltaBatch
{
public:
    explicit DeltaBatch(qsizetype maxEntries)
        : m_maxEntries(maxEntries)
    { }
    void add(const FeedDelta &delta);
    [[nodiscard]] bool isEmpty() const { return m_empty; }
    [[nodiscard]] bool overflowed() const { return m_overflowed; }
    /// What was gathered (nothing when overflowed), `number` unset; begins anew.
    [[nodiscard]] FeedDelta take();

private:
    void addAlert(const Alert &alert, bool raised);
    qsizetype m_maxEntries;
    FeedDelta m_delta;
    QHash<NodeName, qsizetype> m_nodeAt;
    QHash<JobId, qsizetype> m_jobAt;
    bool m_empty = true;
    bool m_overflowed = false;
};

} // namespace dtf
