// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/logshipper.h"

#include "agent/work/sharetasks.h"

#include <QFile>

namespace dtf {

namespace {

constexpr milliseconds every {3'000};
constexpr qint64 pieceBytes = 256 * 1024;

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

void LogShipper::ship()
{
    bool waiting = false;
    for (qsizetype i = 0; i < m_targets.size(); ++i) {
        if (!m_targets[i].busy) {
            shipTo(i);
        }
        waiting = waiting || m_targets[i].busy;
    }
    if (m_closed && !m_over && (!waiting || m_failures >= lastTries)) {
        m_over = true;
        m_timer.stop();
        Q_EMIT done();
    }
}

void LogShipper::shipTo(qsizetype index)
{
    QFile file(m_localLog);
    Target &target = m_targets[index];
    if (!file.open(QIODevice::ReadOnly) || !file.seek(target.offset)) {
        return;
    }
    QByteArray piece = file.read(pieceBytes);
    piece.truncate(piece.lastIndexOf('\n') + 1); // whole lines
    const QByteArray uuid = m_uuid();
    if (piece.isEmpty()) {
        return;
    }
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
}

} // namespace dtf
