// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QPointer>
#include <QTimer>

class QNetworkReply;

namespace dtf {

/// Waits until a DevTools port is listened on by a process of ours and /json/version answers there: every 20 ms at first, every
/// 250 ms after 5 s. A foreign listener is never talked to. Thread: its own event loop's.
class EndpointPoll final : public QObject
{
    Q_OBJECT
public:
    explicit EndpointPoll(QObject *parent = nullptr);

    /// pid: the process we launched or adopted; its descendants with the profile count as ours (a wrapper that doesn't exec).
    void begin(qint64 pid, int port, const QString &profile);
    void stop();

Q_SIGNALS:
    void listening(qint64 pid, const QString &guid); ///< once
    void wrongListener(const QString &why); ///< once

private:
    void look();
    void ask(qint64 pid);

    QNetworkAccessManager m_network;
    QPointer<QNetworkReply> m_reply;
    QTimer m_timer;
    qint64 m_pid = 0;
    int m_port = 0;
    QString m_profile;
    int m_looks = 0;
};

} // namespace dtf
