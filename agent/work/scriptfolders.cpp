// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/scriptfolders.h"

#include "agent/work/localdisk.h"
#include "agent/work/pipelinerun.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 chunk = qint64 {1024} * 1024;
constexpr qint64 syncEvery = 64 * chunk; // so that no single flush takes long

Error cantWrite(const QFile &file)
{
    return {ErrorCode::IoError, u"can't write %1: %2"_s.arg(file.fileName(), file.errorString())};
}

/// `from` to a file `to`, which is new; flushed. Looks at the clock after each step.
Result<void> copyWatched(const QString &from, const QString &to, const Clock &clock)
{
    QFile source(from);
    QFile target(to);
    if (!source.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::IoError, u"can't read %1: %2"_s.arg(from, source.errorString()));
    }
    if (!target.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        return tl::unexpected(cantWrite(target));
    }
    MonoTime last = clock.now().mono;
    qint64 unsynced = 0;
    QByteArray buffer(chunk, Qt::Uninitialized);
    for (bool end = false; !end;) {
        const qint64 got = source.read(buffer.data(), chunk);
        if (got < 0) {
            return fail(ErrorCode::IoError, u"can't read %1: %2"_s.arg(from, source.errorString()));
        }
        end = got == 0;
        if (target.write(buffer.constData(), got) != got) {
            return tl::unexpected(cantWrite(target));
        }
        unsynced += got;
        if (end || unsynced >= syncEvery) {
            if (const auto synced = localdisk::sync(target); !synced) {
                return tl::unexpected(synced.error());
            }
            unsynced = 0;
        }
        const MonoTime now = clock.now().mono;
        if (now - last > ScriptFolders::stepWithin) {
            return fail(ErrorCode::Timeout, stoodStillWords());
        }
        last = now;
    }
    return {};
}

} // namespace

ScriptFolders::ScriptFolders(const PipelineConfig &pipeline, const QString &name)
    : m_inbox(pipeline.inboxDir)
    , m_done(pipeline.doneDir)
    , m_rejected(pipeline.rejectedDir)
    , m_name(name)
    , m_stem(QFileInfo(name).completeBaseName())
{ }

ScriptFolders::Sight ScriptFolders::sightOf(const QString &folder) const
{
    Sight sight;
    const QFileInfoList entries = QDir(folder).entryInfoList(QDir::Files | QDir::Hidden | QDir::System, QDir::Unsorted);
    for (const QFileInfo &entry : entries) {
        const QString name = entry.fileName();
        const bool ours = name.compare(m_name, Qt::CaseInsensitive) == 0
            || (name.startsWith(m_stem, Qt::CaseInsensitive)
                && (name.size() == m_stem.size() || !name[m_stem.size()].isLetterOrNumber()));
        if (ours && !entry.isSymLink()) {
            sight.insert(name, {entry.size(), entry.lastModified().toMSecsSinceEpoch()});
        }
    }
    return sight;
}

ScriptFolders::Sights ScriptFolders::look() const
{
    return {sightOf(m_done), sightOf(m_rejected), QFileInfo::exists(waiting())};
}

Result<void> ScriptFolders::prove() const
{
    for (const QString &folder : {m_inbox, m_done, m_rejected}) {
        if (folder.isEmpty() || !QDir(folder).exists()) {
            return fail(ErrorCode::NotFound, u"the script's folder \"%1\" is missing"_s.arg(folder));
        }
        if (QFileInfo::exists(folder + u'/' + m_name)) {
            return fail(ErrorCode::AlreadyExists, u"a file of this name is already in %1"_s.arg(folder));
        }
    }
    return {};
}

Result<void> ScriptFolders::put(const QString &input, const QString &temporary, const Clock &clock) const
{
    QFile::remove(temporary);
    const MonoTime begin = clock.now().mono;
    Result<void> there = localdisk::moveNew(input, temporary);
    if (there) {
        there = localdisk::syncFile(temporary);
        if (there && clock.now().mono - begin > stepWithin) {
            there = fail(ErrorCode::Timeout, stoodStillWords());
        }
    } else {
        there = copyWatched(input, temporary, clock);
    }
    // From this rename on the script has it.
    if (there) {
        there = localdisk::moveNew(temporary, waiting());
    }
    if (!there) {
        QFile::remove(temporary);
    }
    return there;
}

bool ScriptFolders::collect(bool rejected, const Sight &before, const QString &out) const
{
    const QString &folder = rejected ? m_rejected : m_done;
    const Sight now = sightOf(folder);
    for (auto it = now.cbegin(); it != now.cend(); ++it) {
        if (before.contains(it.key()) && before.value(it.key()) == it.value()) {
            continue;
        }
        const QString source = folder + u'/' + it.key();
        const QString target = out + u'/' + it.key();
        QFile::remove(target); // an older form, of a round that did not get them all
        if (localdisk::moveNew(source, target)) {
            continue;
        }
        // Another disk: a copy, then the original goes.
        if (!QFile::copy(source, target) || !QFile::remove(source)) {
            QFile::remove(target);
            return false;
        }
    }
    return true;
}

bool ScriptFolders::takeBack(const QString &path) const
{
    return localdisk::moveNew(waiting(), path).has_value();
}

} // namespace dtf
