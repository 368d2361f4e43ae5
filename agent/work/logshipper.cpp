// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/logshipper.h"

#include "agent/work/sharetasks.h"

#include <QFile>

namespace dtf {

namespace {

constexpr milliseconds every {3'000};
constexpr qint64 pieceBytes = qint64 {256} * 1024;

} // namespace

LogShipper::LogShipper(ShareWorker &share, const QString &localLog, const QList<SharePath> &targets,
    std::function<QByteArray()> uuid, QObject *parent)
    : QObject(parent)
    , m_share(share)
    , m_localLog(localLog)
    , m_uuid(std::move(uuid))
{
    for (const SharePath &path : targets) {
        m_targets.append({path, 0, false});
    }
    connect(&m_timer, &QTimer::timeout, this, &LogShipper::ship);
    m_timer.start(every);
}

void LogShipper::close()
{
    m_closed = true;
    m_failures = 0;
    ship();
}

void LogShipper::setShareUsable(bool usable)
{
    if (usable != m_usable) {
        m_usable = usable;
        ship();
    }
}

void LogShipper::ship()
{
    bool waiting = false;
    for (qsizetype i = 0; i < m_targets.size(); ++i) {
        waiting = shipTo(i) || waiting;
    }
    if (m_closed && !m_over && (!waiting || m_failures >= lastTries)) {
        m_over = true;
        m_timer.stop();
        Q_EMIT done();
    }
}

bool LogShipper::shipTo(qsizetype index)
{
    Target &target = m_targets[index];
    if (target.busy) {
        return true;
    }
    QFile file(m_localLog);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(target.offset)) {
        return false;
    }
    QByteArray piece = file.read(pieceBytes);
    piece.truncate(piece.lastIndexOf('\n') + 1); // whole lines
    if (piece.isEmpty()) {
        return false;
    }
    if (!m_usable) {
        return true;
    }
    const QByteArray uuid = m_uuid();
    target.busy = m_share.run(
        [uuid, piece, path = target.path](ShareFs &fs) -> Result<void> {
            return sharetasks::checkShare(fs, uuid).and_then([&] { return fs.appendLog(path, piece); });
        },
        [this, index, size = piece.size()](const Result<void> &result) {
            Target &t = m_targets[index];
            t.busy = false;
            if (result) {
                t.offset += size;
            } else {
                ++m_failures;
            }
            if (m_closed && !m_over && (result || m_failures >= lastTries)) {
                ship();
            }
        },
        this);
    return true; // under way, or the worker's queue is full: the timer tries again
}

} // namespace dtf
