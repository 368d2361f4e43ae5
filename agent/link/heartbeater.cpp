// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/link/heartbeater.h"

#include "common/protocol/codec.h"
#include "common/protocol/version.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds firstPeriod(5'000); ///< until the orchestrator says
constexpr milliseconds gather(50);
constexpr milliseconds deadline(8'000);

} // namespace

Heartbeater::Heartbeater(JsonClient &client, std::function<Heartbeat()> fill, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_fill(std::move(fill))
    , m_protocol(protocolVersion)
{
    m_soon.setSingleShot(true);
    m_timer.setInterval(firstPeriod);
    connect(&m_timer, &QTimer::timeout, this, &Heartbeater::beat);
    connect(&m_soon, &QTimer::timeout, this, &Heartbeater::beat);
}

void Heartbeater::start()
{
    m_timer.start();
    beat();
}

void Heartbeater::stop()
{
    m_timer.stop();
    m_soon.stop();
}

void Heartbeater::changed()
{
    if (m_timer.isActive() && !m_soon.isActive()) {
        m_soon.start(gather);
    }
}

void Heartbeater::beat()
{
    if (m_underWay) {
        m_again = true;
        return;
    }
    m_underWay = true;
    Heartbeat message = m_fill();
    message.protocol = m_protocol;
    message.seq = ++m_seq;
    m_client.post(
        u"/api/v1/heartbeat"_s, toJson(message), this,
        [this](const JsonReply &reply) {
            m_underWay = false;
            Result<HeartbeatReply> answer = reply.result ? fromJson<HeartbeatReply>(*reply.result)
                                                         : Result<HeartbeatReply>(tl::unexpected(reply.result.error()));
            if (!answer && reply.status == 409) { // a refusal is an answer, too: nothing may be begun
                if (Result<HeartbeatReply> refused = fromJson<HeartbeatReply>(reply.body); refused && !refused->accepted) {
                    answer = std::move(refused);
                }
            }
            if (!answer && answer.error().code == ErrorCode::VersionMismatch) {
                m_protocol = otherProtocol(m_protocol);
                m_again = m_again || m_protocol != protocolVersion; // once at once, then with the timer
            }
            const bool heard = answer && answer->accepted;
            const QString why = !answer ? answer.error().detail : answer->refusal;
            if (heard != m_heard || why != m_why) {
                m_heard = heard;
                m_why = why;
                Q_EMIT heardChanged(heard, why);
            }
            if (answer) {
                m_timer.setInterval(std::chrono::seconds(qBound(1, answer->heartbeatSeconds, 60)));
                Q_EMIT answered(*answer);
            } else {
                m_timer.setInterval(firstPeriod); // be back soon after an outage
                if (reply.status == 401) {
                    Q_EMIT unknown();
                }
            }
            if (std::exchange(m_again, false)) {
                changed();
            }
        },
        deadline);
}

} // namespace dtf
