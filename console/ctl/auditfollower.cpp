// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/auditfollower.h"

#include "console/ctl/printouts.h"

#include <QDateTime>
#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace dtf {

AuditFollower::AuditFollower(OrchestratorClient &client, Output &output, const AuditFilter &filter, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_output(output)
    , m_filter(filter)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(PollRetry::interval);
    connect(&m_timer, &QTimer::timeout, this, &AuditFollower::ask);
}

void AuditFollower::ask()
{
    m_client.audit(m_filter, this, [this](const Answer<AuditPage> &page) { take(page); });
}

void AuditFollower::take(const Answer<AuditPage> &page)
{
    if (!page.result) {
        const ErrorCode code = page.result.error().code;
        const bool passing = page.status == 0 || code == ErrorCode::Unavailable || code == ErrorCode::TooMany;
        if (!passing || m_filter.newestFirst || !m_retry.mayRetry()) {
            ended(page.result.error(), page.status);
            return;
        }
        if (m_retry.firstFailure()) {
            m_output.trouble(u"The orchestrator does not answer; trying again."_s);
        }
        m_timer.start();
        return;
    }
    m_retry.succeeded();
    const QList<AuditRow> &rows = page.result->rows;
    if (m_output.json()) {
        QJsonArray raw = page.body.value("rows"_L1).toArray();
        for (qsizetype i = 0; i < raw.size(); ++i) {
            m_output.document(raw.at(m_filter.newestFirst ? raw.size() - 1 - i : i).toObject());
        }
    } else if (!rows.isEmpty()) {
        const QString table = auditText(rows, {{QDateTime::currentMSecsSinceEpoch()}, QTimeZone::systemTimeZone()});
        m_output.text(m_shown ? table.mid(table.indexOf(u'\n') + 1) : table); // the header once
        m_shown = true;
    }
    if (!m_output.good()) {
        ended(std::nullopt, 200);
        return;
    }
    if (m_filter.newestFirst) { // the first look: from here on what is new
        m_filter.newestFirst = false;
        m_filter.after = page.result->last;
    }
    for (const AuditRow &row : rows) {
        m_filter.after = qMax(m_filter.after, row.seq);
    }
    m_timer.start(rows.size() == m_filter.limit ? milliseconds(0) : PollRetry::interval);
}

} // namespace dtf
