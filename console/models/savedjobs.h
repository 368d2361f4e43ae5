// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/net/filters.h"

namespace dtf {

/// The page that an orchestrator which knew just these files would answer with: filtered, in its order, from the cursor on.
/// Pure.
[[nodiscard]] JobPage pageOf(const QList<JobView> &jobs, const JobFilter &filter);

} // namespace dtf
