// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>

namespace dtf {

/// As subreaper this process inherits orphans, the helpers of a killed browser among them; when they end, somebody must wait for
/// them. A dead child that is still there at the next look, five seconds later, is nobody's: QProcess waits for its own at once.
/// Thread: one.
class OrphanReaper
{
public:
    /// Call every 5 s; microseconds, or a few milliseconds when somebody is dead. Returns how many were reaped: all that were
    /// dead at the last look already. Does nothing on Windows.
    int look();

private:
    QSet<qint64> m_dead; ///< seen at the last look
};

} // namespace dtf
