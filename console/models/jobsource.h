// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/net/filters.h"

#include <functional>

class QObject;

namespace dtf {

/// Where pages of jobs come from: all that the list of files needs of the orchestrator. Thread: main.
class JobSource
{
public:
    using PageTaken = std::function<void(const Result<JobPage> &page)>;

    JobSource() = default;
    JobSource(const JobSource &) = delete;
    JobSource &operator=(const JobSource &) = delete;
    virtual ~JobSource() = default;

    /// Answered at most once, never before the call returns; not at all when `context` or the connection is gone before.
    virtual void jobs(const JobFilter &filter, QObject *context, PageTaken taken) = 0;
};

} // namespace dtf
