// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/ctl/output.h"
#include "console/ctl/pollretry.h"
#include "console/net/orchestratorclient.h"
#include "console/text/loglines.h"

#include <QTimer>

#include <optional>

namespace dtf {

/// Shows the log of a file's attempt; `attempt`: its epoch, 0: the newest. With `follow`, of the newest only, it goes on with
/// what is written, through new attempts, until the file has come to rest. Thread: main.
class LogFollower final : public QObject
{
public:
    LogFollower(OrchestratorClient &client, Output &output, const JobId &job, Epoch attempt, bool follow, QObject *parent);

    void start() { look(); }
    /// Once: without an error when all is shown.
    std::function<void(const std::optional<Error> &error, int status)> ended;

private:
    void look(); ///< at the file's state, then on in its log
    void took(const Answer<JobView> &answer);
    void read();
    void took(const BytesReply &reply);
    void show(const QString &text);
    void again(const Error &error, int status);
    void finish(const std::optional<Error> &error, int status);

    OrchestratorClient &m_client;
    Output &m_output;
    const JobId m_job;
    const Epoch m_attempt;
    const bool m_follow;
    Epoch m_epoch = 0; ///< whose log is being read
    qint64 m_offset = 0;
    bool m_atRest = false; ///< seen before the read under way: nothing will be added any more
    LogText m_text;
    PollRetry m_retry;
    QTimer m_timer;
};

} // namespace dtf
