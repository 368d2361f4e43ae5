// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "common/protocol/messages.h"

#include <QObject>

namespace dtf {

/// What an orchestrator tells of its own accord: a snapshot, then numbered deltas without a gap, or no claim to be current; and
/// the log lines that are wanted. How it comes is the matter of whoever implements it. Thread: its own.
class Feed : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual void start() = 0; ///< and again by itself whenever it is lost
    /// Whose log lines are wanted; remembered over reconnections.
    virtual void subscribe(const FeedSubscribe &wish) = 0;
    [[nodiscard]] virtual const FeedSubscribe &wish() const = 0; ///< to add to it

Q_SIGNALS:
    void hello(const dtf::FeedHello &hello);
    void snapshot(const dtf::FeedSnapshot &snapshot); ///< replaces everything; may come at any time
    void delta(const dtf::FeedDelta &delta);
    void log(const dtf::LogLines &lines);
    /// The orchestrator lives, whether anything has changed or not.
    void heard();
    /// No longer current; keep showing the last state as old. VersionMismatch: no further attempt until start().
    void lost(const dtf::Error &error);
};

} // namespace dtf
