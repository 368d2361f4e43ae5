// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/link/reportsender.h"

#include "common/core/logging.h"
#include "common/protocol/codec.h"

DTF_LOG_CATEGORY(lcReports, "agent.link")

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int batchSize = 256;

} // namespace

ReportSender::ReportSender(JsonClient &client, const NodeName &node, const BootId &boot, Outbox outbox, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_node(node)
    , m_boot(boot)
    , m_outbox(std::move(outbox))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &ReportSender::send);
}

void ReportSender::wake()
{
    m_retry.stop();
    send();
}

void ReportSender::stop()
{
    m_stopped = true;
    m_retry.stop();
}

void ReportSender::send()
{
    if (m_underWay || m_stopped) {
        return;
    }
    ReportBatch batch;
    batch.protocol = m_outbox.protocol();
    batch.node = m_node;
    batch.boot = m_boot;
    batch.reports = m_outbox.pending(batchSize);
    if (batch.reports.isEmpty()) {
        return;
    }
    m_underWay = true;
    m_client.post(u"/api/v1/reports"_s, toJson(batch), this, [this](const JsonReply &reply) {
        m_underWay = false;
        const Result<ReportAck> ack =
            reply.result ? fromJson<ReportAck>(*reply.result) : Result<ReportAck>(tl::unexpected(reply.result.error()));
        if (ack && ack->accepted > 0) {
            m_backoff.reset();
            m_outbox.acknowledge(ack->accepted);
            send();
            return;
        }
        qCWarning(lcReports).noquote() << "reports are kept and sent again later:"
                                       << (ack ? u"none was taken"_s : ack.error().detail);
        if (!m_stopped) {
            m_retry.start(m_backoff.next());
        }
    });
}

} // namespace dtf
