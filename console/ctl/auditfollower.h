// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/ctl/output.h"
#include "console/ctl/pollretry.h"
#include "console/net/orchestratorclient.h"

#include <QTimer>

#include <optional>

namespace dtf {

/// Shows the newest audit rows, then new ones as they come, until interrupted. Thread: main.
class AuditFollower final : public QObject
{
public:
    AuditFollower(OrchestratorClient &client, Output &output, const AuditFilter &filter, QObject *parent);

    void start() { ask(); }
    /// Once, when it can't go on.
    std::function<void(const std::optional<Error> &error, int status)> ended;

private:
    void ask();
    void take(const Answer<AuditPage> &page);

    OrchestratorClient &m_client;
    Output &m_output;
    AuditFilter m_filter;
    PollRetry m_retry;
    QTimer m_timer;
    bool m_shown = false; ///< the table's header
};

} // namespace dtf
