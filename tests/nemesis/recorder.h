// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QTcpServer>

namespace dtf {

/// Stands between agents and an orchestrator on the same port of another loopback address, passes everything on and keeps every
/// POST whole.
class Recorder final : public QTcpServer
{
public:
    /// To 127.0.0.1:`port`.
    Recorder(const QHostAddress &address, quint16 port);

    [[nodiscard]] const QList<QByteArray> &posts() const { return m_posts; } ///< head and body, in order

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void keep(QByteArray &unread);

    quint16 m_port;
    QList<QByteArray> m_posts;
};

/// Sends each to 127.0.0.1:`port`, one after the other; how many were answered.
[[nodiscard]] qsizetype replay(quint16 port, const QList<QByteArray> &requests);

} // namespace dtf
