// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/cdp/endpointpoll.h"

#include "agent/browser/policy/devtoolsversion.h"
#include "agent/browser/processes.h"

#include <QNetworkProxy>
#include <QNetworkReply>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 maxAnswer = qint64 {64} * 1024; ///< of /json/version, half a KiB in truth

} // namespace

EndpointPoll::EndpointPoll(QObject *parent)
    : QObject(parent)
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &EndpointPoll::look);
}

void EndpointPoll::begin(qint64 pid, int port, const QString &profile)
{
    stop();
    m_pid = pid;
    m_port = port;
    m_profile = profile;
    m_looks = 0;
    m_timer.start(0);
}

void EndpointPoll::stop()
{
    m_timer.stop();
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
        m_reply.clear();
    }
}

void EndpointPoll::look()
{
    ++m_looks;
    m_timer.start(m_looks < 300 ? 10 : 250); // some table rows each
    QList<PortListener> listeners = listenersOn(m_port, {m_pid});
    if (listeners.isEmpty()) {
        return;
    }
    const auto ours = [](const PortListener &l) { return l.pid != 0; };
    if (std::none_of(listeners.cbegin(), listeners.cend(), ours)) {
        QList<qint64> candidates;
        const QList<ProcessEntry> table = processTable();
        const QList<qint64> tree = processTree(table, m_pid);
        for (const ProcessEntry &process : profileProcesses(table, m_profile, true)) {
            if (tree.contains(process.pid)) {
                candidates.append(process.pid);
            }
        }
        listeners = listenersOn(m_port, candidates);
    }
    const auto usable =
        std::find_if(listeners.cbegin(), listeners.cend(), [&](const PortListener &l) { return ours(l) && l.loopback4; });
    const auto foreign =
        std::find_if(listeners.cbegin(), listeners.cend(), [&](const PortListener &l) { return !ours(l) && l.loopback4; });
    if (usable != listeners.cend()) {
        m_timer.stop();
        ask(usable->pid);
    } else if (foreign != listeners.cend()) {
        stop();
        Q_EMIT wrongListener(u"port %1 is taken by another program"_s.arg(m_port));
    } else if (std::any_of(listeners.cbegin(), listeners.cend(), ours)) {
        stop();
        Q_EMIT wrongListener(u"the browser listens on IPv6 only, port %1 of 127.0.0.1 was taken when it started"_s.arg(m_port));
    }
}

void EndpointPoll::ask(qint64 pid)
{
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/json/version"_s.arg(m_port)));
    request.setTransferTimeout(5'000);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    m_reply = m_network.get(request);
    m_reply->setReadBufferSize(maxAnswer);
    connect(m_reply, &QNetworkReply::finished, this, [this, pid] {
        QNetworkReply *reply = m_reply;
        m_reply.clear();
        reply->deleteLater();
        const bool good = reply->error() == QNetworkReply::NoError;
        const Result<QString> guid = parseDevToolsVersion(good ? reply->read(maxAnswer) : QByteArray());
        if (guid) {
            Q_EMIT listening(pid, *guid);
        } else {
            m_timer.start(good ? 250 : 20);
        }
    });
}

} // namespace dtf
