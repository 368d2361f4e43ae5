// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/actions/bulkrun.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype refusedTold = 2; ///< the status line holds no more

} // namespace

BulkRun::BulkRun(QList<JobView> jobs, Send send, QObject *parent)
    : QObject(parent)
    , m_jobs(std::move(jobs))
    , m_send(std::move(send))
{
    m_sum.all = m_jobs.size();
    m_deadline.setSingleShot(true);
    m_deadline.setInterval(answerDeadline);
    connect(&m_deadline, &QTimer::timeout, this, &BulkRun::end);
}

void BulkRun::start()
{
    m_deadline.start();
    sendNext();
}

void BulkRun::stop()
{
    m_stopped = true;
    sendNext();
}

/// An answer may come before the sending returns: then the loop that is running goes on with it.
void BulkRun::sendNext()
{
    if (m_sending || m_ended) {
        return;
    }
    m_sending = true;
    while (!m_stopped && m_next < m_jobs.size() && m_underWay.size() < mostUnderWay) {
        const qsizetype number = m_next++;
        m_underWay.insert(number);
        m_send(m_jobs[number], [this, number](const CommandAnswer &answer) { took(number, answer); });
    }
    m_sending = false;
    if (m_underWay.isEmpty()) {
        end();
    }
}

void BulkRun::took(qsizetype number, const CommandAnswer &answer)
{
    if (m_ended || !m_underWay.remove(number)) {
        return;
    }
    m_deadline.start();
    if (answer.accepted) {
        ++m_sum.accepted;
    } else if (answer.unknown) {
        ++m_sum.unanswered; // neither done nor refused, as far as is known
    } else {
        m_sum.refused.append(answer.subject + u": "_s + answer.words);
    }
    Q_EMIT progressed();
    sendNext();
}

void BulkRun::end()
{
    if (m_ended) {
        return;
    }
    m_ended = true;
    m_deadline.stop();
    m_sum.unanswered += m_underWay.size();
    m_sum.unsent = m_jobs.size() - m_next;
    Q_EMIT finished(m_sum);
}

QString sumText(const BulkRun::Sum &sum)
{
    QStringList parts {BulkRun::tr("%1 of %2 accepted").arg(sum.accepted).arg(sum.all)};
    if (!sum.refused.isEmpty()) {
        const QString more = sum.refused.size() > refusedTold ? u"; …"_s : QString();
        parts.append(BulkRun::tr("%1 refused (%2)")
                         .arg(QString::number(sum.refused.size()), sum.refused.mid(0, refusedTold).join(u"; "_s) + more));
    }
    if (sum.unanswered > 0) {
        parts.append(BulkRun::tr("%1 without an answer: look again").arg(sum.unanswered));
    }
    if (sum.unsent > 0) {
        parts.append(BulkRun::tr("%1 not sent").arg(sum.unsent));
    }
    return parts.join(u", "_s) + u'.';
}

} // namespace dtf
