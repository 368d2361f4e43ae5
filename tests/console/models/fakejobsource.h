// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/filesmodel.h"
#include "console/models/savedjobs.h"

#include <QPointer>

namespace dtf {

/// A clock that stands still until it is told.
class StillClock final : public Clock
{
public:
    Now time {{milliseconds(1'000'000)}, {1'700'000'000'000}};
    [[nodiscard]] Now now() const override { return time; }
};

/// An orchestrator's list of jobs that pages as the real one does, and answers when the test says so.
class FakeJobSource final : public JobSource
{
public:
    QList<JobView> all;
    QList<JobFilter> asked;
    std::optional<Error> error; ///< every answer, while it is set

    void jobs(const JobFilter &filter, QObject *context, PageTaken taken) override
    {
        asked.append(filter);
        m_waiting.append({page(filter), context, std::move(taken)});
    }
    /// Gives all answers that wait, as things were when they were asked.
    void answer()
    {
        const QList<Waiting> now = std::exchange(m_waiting, {});
        for (const Waiting &waiting : now) {
            if (waiting.context) {
                waiting.taken(error ? Result<JobPage>(tl::unexpected(*error)) : waiting.page);
            }
        }
    }
    void answerAll()
    {
        while (!m_waiting.isEmpty()) {
            answer();
        }
    }
    [[nodiscard]] qsizetype waiting() const { return m_waiting.size(); }

private:
    struct Waiting
    {
        Result<JobPage> page;
        QPointer<QObject> context;
        PageTaken taken;
    };

    [[nodiscard]] JobPage page(const JobFilter &filter) const { return pageOf(all, filter); }

    QList<Waiting> m_waiting;
};

[[nodiscard]] inline JobId jobNumber(int n)
{
    std::array<std::uint8_t, 16> bytes {};
    for (size_t i = 0; i < 4; ++i) {
        bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
    }
    return JobId::fromBytes(bytes);
}

/// Number n, changed n seconds after the others' beginning: a higher number stands further up.
[[nodiscard]] inline JobView jobView(int n, JobState state = JobState::Waiting)
{
    JobView job;
    job.job = jobNumber(n);
    job.name = QStringLiteral("week_%1.xlsx").arg(n, 6, 10, QLatin1Char('0'));
    job.state = state;
    job.affinity = n % 2 ? QStringLiteral("AgencyA") : QStringLiteral("AgencyB");
    job.accepted = {1'600'000'000'000 + n * 1000};
    job.changed = job.accepted;
    return job;
}

} // namespace dtf
