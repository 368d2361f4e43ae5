// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"

#include <QObject>
#include <QSet>
#include <QTimer>

#include <functional>

namespace dtf {

/// Sends one action for many files, a few at a time, and sums up the answers. What is not answered in time counts as unanswered.
/// Thread: main.
class BulkRun final : public QObject
{
    Q_OBJECT

public:
    static constexpr int mostUnderWay = 8;
    static constexpr milliseconds answerDeadline {30'000}; ///< since the last answer

    using Send = std::function<void(const JobView &job, FleetCommands::Told told)>;
    struct Sum
    {
        qsizetype all = 0;
        qsizetype accepted = 0;
        QStringList refused; ///< "name: why", escaped
        qsizetype unanswered = 0;
        qsizetype unsent = 0; ///< stopped before
    };

    BulkRun(QList<JobView> jobs, Send send, QObject *parent = nullptr);

    void start();
    void stop(); ///< sends no more; what is under way is waited for
    [[nodiscard]] qsizetype answered() const { return m_sum.accepted + m_sum.refused.size() + m_sum.unanswered; }
    [[nodiscard]] qsizetype size() const { return m_sum.all; }

Q_SIGNALS:
    void progressed();
    void finished(const dtf::BulkRun::Sum &sum); ///< once

private:
    void sendNext();
    void took(qsizetype number, const CommandAnswer &answer);
    void end();

    QList<JobView> m_jobs;
    Send m_send;
    qsizetype m_next = 0;
    QSet<qsizetype> m_underWay;
    bool m_stopped = false;
    bool m_ended = false;
    bool m_sending = false;
    Sum m_sum;
    QTimer m_deadline;
};

/// "23 accepted, 2 refused: a.csv: …" in plain words. Pure.
[[nodiscard]] QString sumText(const BulkRun::Sum &sum);

} // namespace dtf
