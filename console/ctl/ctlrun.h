// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/ctl/arguments.h"
#include "console/ctl/exitcode.h"
#include "console/ctl/output.h"
#include "console/ctl/printouts.h"
#include "console/net/orchestratorclient.h"

#include <QJsonArray>
#include <QObject>

#include <functional>

namespace dtf {

class Rollout;

/// One invocation from the first question to the exit code. `ended` comes once, from the event loop. Thread: main.
class CtlRun final : public QObject
{
public:
    CtlRun(const Arguments &arguments, const QByteArray &token, std::function<void(ExitCode)> ended, QObject *parent = nullptr);

    void start();
    /// Ctrl+C where there is something to tell; false: there is not, the caller ends.
    [[nodiscard]] bool interrupt();

private:
    void withJob(std::function<void(const JobId &)> go);
    void nextJobsPage();
    void showJobs();
    void showAudit(const JobId &job);
    void takePicture();
    void takeEvidence(const JobId &job);
    void showCheck(const Answer<CheckData> &answer);
    void acknowledge();
    void makeJoinCode();
    struct NodeChange;
    void changeNode(const NodeChange &change);
    void takeOut();
    void putBack();
    void rollOut();

    /// Shows the document, or the trouble, and ends.
    template <typename T> void show(const Answer<T> &answer, const std::function<QString(const T &)> &print);
    void showReply(const Answer<OperatorReply> &answer);
    void fail(const Error &error, int status, const QJsonObject &body = {});
    void end(ExitCode code);
    [[nodiscard]] PrintContext context() const;

    const Arguments m_arguments;
    const bool m_hasToken;
    OrchestratorClient m_client;
    Output m_output;
    std::function<void(ExitCode)> m_ended;
    JobFilter m_filter; ///< jobs: of the next page
    QList<JobView> m_jobs; ///< jobs: pages so far
    QJsonArray m_rawJobs;
    qint64 m_total = 0;
    Rollout *m_rollout = nullptr; ///< a child; null: none
};

/// The sentence for an error, with the next step. `server`: as the user gave it. Pure.
[[nodiscard]] QString troubleText(const Error &error, int status, const QUrl &server, bool hasToken);

} // namespace dtf
