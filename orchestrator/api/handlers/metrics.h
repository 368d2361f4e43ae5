// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "orchestrator/api/handlers/apihandlers.h"

#include <QByteArray>

namespace dtf {

/// Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure. Label values come from
/// closed word lists and node names only: nothing remote, no unbounded set.
[[nodiscard]] QByteArray metricsText(const StateView &state, const HttpCounters *http, const LinkCounters *links);

} // namespace dtf
