// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <functional>

class QObject;

namespace dtf {

/// What the panel about one file asks of the orchestrator. Each question is answered at most once, never before the call returns;
/// not at all when `context` or the connection is gone before. Thread: main.
class DetailSource
{
public:
    template <typename T> using Taken = std::function<void(const Result<T> &answer)>;

    DetailSource() = default;
    DetailSource(const DetailSource &) = delete;
    DetailSource &operator=(const DetailSource &) = delete;
    virtual ~DetailSource() = default;

    /// The newest rows of its audit, newest first.
    virtual void history(const JobId &job, QObject *context, Taken<QList<AuditRow>> taken) = 0;
    virtual void why(const JobId &job, QObject *context, Taken<WhyView> taken) = 0;
    /// A portion of an attempt's log from `offset`; empty: no more for now. `attempt`: its epoch, 0: the newest.
    virtual void log(const JobId &job, Epoch attempt, qint64 offset, QObject *context, Taken<QByteArray> taken) = 0;
    virtual void attempts(const JobId &job, QObject *context, Taken<AttemptsView> taken) = 0;
    virtual void results(const JobId &job, QObject *context, Taken<ResultsView> taken) = 0;
};

} // namespace dtf
