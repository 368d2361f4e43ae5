// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/journalrecord.h"
#include "common/share/shareworker.h"

#include <QObject>
#include <QTimer>

namespace dtf {

/// Carries a growing local log to the share, a bounded piece every few seconds, into the job's log and the node's log of the day.
/// A share that is away only delays it, however long; nothing of the work waits for it. Thread: main.
class LogShipper final : public QObject
{
    Q_OBJECT
public:
    /// `uuid`: asked before each piece; the share it must be, empty: none known, nothing is written.
    LogShipper(ShareWorker &share, const QString &localLog, const QList<SharePath> &targets, std::function<QByteArray()> uuid,
        QObject *parent = nullptr);
    /// Nothing is added any more: done() when everything has been carried over, or after `lastTries` failures on a usable share.
    void close();
    /// While it is not usable nothing is tried; when it comes back what waits is carried at once. Usable at first.
    void setShareUsable(bool usable);

    static constexpr int lastTries = 20;

Q_SIGNALS:
    void done();

private:
    struct Target
    {
        SharePath path;
        qint64 offset = 0;
        bool busy = false;
    };
    void ship();
    [[nodiscard]] bool shipTo(qsizetype index); ///< false: nothing is left to carry there

    ShareWorker &m_share;
    QString m_localLog;
    QList<Target> m_targets;
    std::function<QByteArray()> m_uuid;
    QTimer m_timer;
    int m_failures = 0;
    bool m_usable = true;
    bool m_closed = false;
    bool m_over = false;
};

} // namespace dtf
