// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/journal.h"

#include "agent/work/localdisk.h"

#include <QDir>

#include <utility>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const QString fileName = u"/journal.dtf"_s;
const QString newName = u"/journal.new"_s;
constexpr qint64 room = qint64 {1} * 1024 * 1024; ///< some hundred files' records

} // namespace

Journal::~Journal()
{
    if (m_acknowledged && !m_failed) {
        JournalFrame frame;
        frame.acknowledged = m_firstPending;
        (void)write(frame); // lost, they are sent once more
    }
}

Result<std::unique_ptr<Journal>> Journal::open(const QString &stateDir, const AgentIdentity &identity, WallTime now)
{
    std::unique_ptr<Journal> journal(new Journal);
    journal->m_folder = stateDir;
    if (!QDir().mkpath(stateDir)) {
        return fail(ErrorCode::IoError, u"can't make the folder %1"_s.arg(stateDir));
    }
    auto lock = FileLock::take(stateDir + u"/journal.lock"_s);
    if (!lock) {
        return lock.error().code == ErrorCode::Busy ? fail(ErrorCode::AlreadyExists, u"another agent works in %1"_s.arg(stateDir))
                                                    : tl::unexpected(lock.error());
    }
    journal->m_lock = std::move(*lock);
    if (const auto done = journal->read(); !done) {
        return tl::unexpected(done.error());
    }
    if (journal->m_damaged) {
        if (const auto done = journal->setAside(u"it is damaged"_s, identity.boot); !done) {
            return tl::unexpected(done.error());
        }
    } else if (const QByteArray &machine = journal->m_view.machine(); !machine.isEmpty() && machine != identity.machine) {
        if (const auto done = journal->setAside(u"it belongs to another machine (a cloned disk)"_s, identity.boot); !done) {
            return tl::unexpected(done.error());
        }
        journal->m_pending.clear(); // the other machine sends them
    }
    JournalRecord boot;
    boot.kind = RecordKind::Boot;
    boot.time = now;
    boot.boot = identity.boot;
    boot.machine = identity.machine;
    boot.machineBoot = identity.machineBoot;
    journal->m_view.apply(boot);
    if (const auto done = journal->compact(); !done) {
        return tl::unexpected(done.error());
    }
    return journal;
}

void Journal::fold(const JournalFrame &frame)
{
    m_view.apply(frame.record);
    if (frame.firstReport >= 0) {
        m_firstPending = frame.firstReport;
    }
    m_pending += frame.reports;
    if (frame.acknowledged > m_firstPending) {
        const qint64 count = qMin(frame.acknowledged - m_firstPending, qint64 {m_pending.size()});
        m_pending.remove(0, count);
        m_firstPending += count;
    }
}

Result<void> Journal::read()
{
    QFile file(m_folder + fileName);
    if (!file.exists()) {
        return {};
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::IoError, u"can't read %1: %2"_s.arg(file.fileName(), file.errorString()));
    }
    const QByteArray bytes = file.readAll();
    if (file.error() != QFileDevice::NoError) {
        return fail(ErrorCode::IoError, u"can't read %1: %2"_s.arg(file.fileName(), file.errorString()));
    }
    const FramesRead read = decodeFrames(bytes);
    m_damaged = read.damaged;
    for (const JournalFrame &frame : read.frames) {
        fold(frame);
    }
    return {};
}

/// Its reports up to the damage are kept: they are true, and the orchestrator drops what it has.
Result<void> Journal::setAside(const QString &why, const BootId &boot)
{
    m_putAside = why;
    m_view = {};
    const QString name = m_folder + u"/journal.aside-"_s + boot.toString();
    if (auto moved = localdisk::moveNew(m_folder + fileName, name); !moved) {
        return moved;
    }
    return localdisk::syncFolder(m_folder);
}

/// Its write or flush failed. A record of something that follows it is taken back as well as the disk can: it will not follow,
/// and a later life must not believe that it may have. A record of what has happened stays true, whole or torn.
void Journal::takeBack(const JournalRecord &record, qint64 end)
{
    if (record.kind == RecordKind::Claim || record.kind == RecordKind::Start || record.kind == RecordKind::Staging) {
        (void)m_file.resize(end);
    }
}

/// A new file beside the old one takes its name when it is complete and on the disk.
Result<void> Journal::compact()
{
    return writeFresh().and_then([this](qint64 size) { return takeFresh(size); });
}

/// Nothing has changed when this fails. The new file's size.
Result<qint64> Journal::writeFresh()
{
    QFile fresh(m_folder + newName);
    if (!fresh.open(QIODevice::WriteOnly | QIODevice::Truncate)) {
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(fresh.fileName(), fresh.errorString()));
    }
    QByteArray bytes;
    JournalFrame first;
    first.firstReport = m_firstPending;
    bytes += encodeFrame(first);
    const QList<JournalRecord> records = m_view.condensed(keepClosed);
    for (const JournalRecord &record : records) {
        JournalFrame frame;
        frame.record = record;
        bytes += encodeFrame(frame);
    }
    for (qsizetype at = 0; at < m_pending.size(); at += 64) {
        JournalFrame frame;
        frame.reports = m_pending.mid(at, 64);
        bytes += encodeFrame(frame);
    }
    if (fresh.write(bytes) != bytes.size()) {
        const QString why = fresh.errorString();
        (void)fresh.remove();
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(m_folder + newName, why));
    }
    if (const auto synced = localdisk::sync(fresh); !synced) {
        (void)fresh.remove();
        return tl::unexpected(synced.error());
    }
    return bytes.size();
}

Result<void> Journal::takeFresh(qint64 size)
{
    m_file.close();
    if (auto replaced = localdisk::replace(m_folder + newName, m_folder + fileName); !replaced) {
        return replaced;
    }
    if (auto synced = localdisk::syncFolder(m_folder); !synced) {
        return synced;
    }
    m_file.setFileName(m_folder + fileName);
    // Unbuffered: what could not be written must not be written later, when the file is closed.
    if (!m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered)) {
        return fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(m_file.fileName(), m_file.errorString()));
    }
    m_sizeAfterCompact = size;
    m_acknowledged = false;
    m_roomUntil = 0;
    reserveRoom();
    return {};
}

void Journal::reserveRoom()
{
    const qint64 size = m_file.size();
    if (m_roomUntil - size < room / 2 && localdisk::reserve(m_file, room)) {
        m_roomUntil = size + room;
    }
}

Result<void> Journal::write(const JournalFrame &frame)
{
    if (m_failed) {
        return fail(ErrorCode::IoError, u"an earlier write to the journal failed"_s);
    }
    m_failed = true; // until proven otherwise
    const QByteArray bytes = encodeFrame(frame);
    const qint64 end = m_file.size();
    if (m_file.write(bytes) != bytes.size()) {
        const auto failure = fail(ErrorCode::IoError, u"can't write %1: %2"_s.arg(m_file.fileName(), m_file.errorString()));
        takeBack(frame.record, end);
        return failure;
    }
    if (auto synced = localdisk::sync(m_file); !synced) {
        takeBack(frame.record, end);
        return synced;
    }
    fold(frame);
    if (m_file.size() > compactAbove && m_file.size() > 2 * m_sizeAfterCompact) {
        if (const auto fresh = writeFresh(); !fresh) {
            m_sizeAfterCompact = m_file.size(); // no room for a second one: the old one is good for as much again
        } else if (auto taken = takeFresh(*fresh); !taken) {
            return taken;
        }
    }
    reserveRoom();
    m_failed = false;
    return {};
}

void Journal::breakForTest(const QString &file)
{
    m_file.close();
    m_file.setFileName(file);
    (void)m_file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered);
}

Result<void> Journal::append(const JournalRecord &record, const QList<Report> &reports)
{
    JournalFrame frame;
    frame.record = record;
    frame.reports = reports;
    frame.acknowledged = std::exchange(m_acknowledged, false) ? m_firstPending : -1;
    return write(frame);
}

Result<void> Journal::acknowledge(qint64 count)
{
    if (count <= 0 || count > m_pending.size()) {
        return fail(ErrorCode::InvalidArgument, u"%1 reports acknowledged of %2"_s.arg(count).arg(m_pending.size()));
    }
    m_pending.remove(0, count);
    m_firstPending += count;
    m_acknowledged = true;
    return {};
}

} // namespace dtf
