// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"
#include "console/models/detailsource.h"
#include "console/models/jobsource.h"

namespace dtf {

/// The lists' and panels' questions, put to the orchestrator that is connected now. With a saved state instead the files in it
/// are the answer; everything else fails as Unavailable. Thread: main.
class SessionQueries final : public JobSource, public DetailSource
{
public:
    explicit SessionQueries(const FleetCommands &commands)
        : m_commands(commands)
    { }

    void setSaved(const QList<JobView> &jobs) { m_saved = jobs; } ///< until there is a session

    void jobs(const JobFilter &filter, QObject *context, PageTaken taken) override;
    void history(const JobId &job, QObject *context, Taken<QList<AuditRow>> taken) override;
    void why(const JobId &job, QObject *context, Taken<WhyView> taken) override;
    void log(const JobId &job, Epoch attempt, qint64 offset, QObject *context, Taken<QByteArray> taken) override;
    void attempts(const JobId &job, QObject *context, Taken<AttemptsView> taken) override;
    void results(const JobId &job, QObject *context, Taken<ResultsView> taken) override;

private:
    template <typename T> [[nodiscard]] OrchestratorClient *clientOr(QObject *context, const Taken<T> &taken) const;

    const FleetCommands &m_commands;
    std::optional<QList<JobView>> m_saved;
};

} // namespace dtf
