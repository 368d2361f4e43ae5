// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/folderadapter.h"

#include "agent/work/localdisk.h"
#include "common/share/localname.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds handOverWithin {10'000}; ///< of the copy's end
constexpr milliseconds lookEvery {200}; ///< local folders: a listing is cheap and, unlike a watcher, never silent

} // namespace

FolderAdapter::FolderAdapter(const PipelineConfig &pipeline, const RunSpec &spec, QObject *parent)
    : PipelineRun(parent)
    , m_pipeline(pipeline)
    , m_spec(spec)
    , m_name(localName(spec.token.name))
    , m_stem(QFileInfo(m_name).completeBaseName())
{
    connect(&m_tick, &QTimer::timeout, this, &FolderAdapter::look);
}

FolderAdapter::Sight FolderAdapter::sightOf(const QString &folder) const
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

void FolderAdapter::refuse(const QString &why)
{
    RunEnd failure;
    failure.detail = why;
    Q_EMIT started(false, failure);
}

void FolderAdapter::start()
{
    for (const QString &folder : {m_pipeline.inboxDir, m_pipeline.doneDir, m_pipeline.rejectedDir}) {
        if (folder.isEmpty() || !QDir(folder).exists()) {
            refuse(u"the script's folder \"%1\" is missing"_s.arg(folder));
            return;
        }
        if (QFileInfo::exists(folder + u'/' + m_name)) {
            refuse(u"a file of this name is already in %1"_s.arg(folder));
            return;
        }
    }
    m_doneBefore = sightOf(m_pipeline.doneDir);
    m_rejectedBefore = sightOf(m_pipeline.rejectedDir);
    // Written beside the inbox first: the script must never see half a file.
    const QString inbox = QDir(m_pipeline.inboxDir).absolutePath();
    const QString temporary = inbox + u"/.dtf-"_s + QString::fromLatin1(m_spec.marker) + u".part"_s;
    const QString input = m_spec.scratch.input(m_spec.token.name);
    if (stoodStill(m_spec, SystemClock().now().mono)) {
        refuse(stoodStillWords());
        return;
    }
    auto copied = std::make_shared<bool>(false);
    auto ready = std::make_shared<MonoTime>();
    const bool posted = m_disk.post(
        [=] {
            QFile::remove(temporary);
            *copied = localdisk::moveNew(input, temporary).has_value() || QFile::copy(input, temporary);
            QFile copy(temporary);
            *copied = *copied && copy.open(QIODevice::ReadWrite) && localdisk::sync(copy).has_value();
            *ready = SystemClock().now().mono;
        },
        [=, this] {
            m_spec.notAfter = m_spec.notAfter == MonoTime {} ? MonoTime {} : *ready + handOverWithin; // copying may take its time
            handOver(temporary, *copied);
        },
        this);
    if (!posted) {
        refuse(u"too much is being copied"_s);
    }
}

void FolderAdapter::handOver(const QString &temporary, bool copied)
{
    const QString inbox = QDir(m_pipeline.inboxDir).absolutePath();
    if (!copied) {
        QFile::remove(temporary);
        refuse(u"can't write into %1"_s.arg(inbox));
        return;
    }
    if (stoodStill(m_spec, SystemClock().now().mono)) {
        QFile::remove(temporary);
        refuse(stoodStillWords());
        return;
    }
    // Spawned from here on: the rename hands it over.
    if (const auto moved = localdisk::moveNew(temporary, inbox + u'/' + m_name); !moved) {
        QFile::remove(temporary);
        refuse(moved.error().detail);
        return;
    }
    m_end.spawned = true;
    m_running = true;
    m_unchanged.start();
    m_tick.start(lookEvery);
    Q_EMIT started(true, {});
}

void FolderAdapter::look()
{
    if (m_collecting) {
        return;
    }
    Sight sight = sightOf(m_pipeline.doneDir);
    for (auto it = m_doneBefore.cbegin(); it != m_doneBefore.cend(); ++it) {
        if (sight.value(it.key()) == it.value()) {
            sight.remove(it.key()); // was there before and is unchanged
        }
    }
    const Sight rejected = sightOf(m_pipeline.rejectedDir);
    bool refused = false;
    for (auto it = rejected.cbegin(); it != rejected.cend(); ++it) {
        if (m_rejectedBefore.value(it.key()) != it.value()) {
            refused = true;
            sight.insert(u"rejected/"_s + it.key(), it.value());
        }
    }
    if (sight != m_last) {
        m_last = sight;
        m_unchanged.start();
        return;
    }
    const bool stillInInbox = QFileInfo::exists(m_pipeline.inboxDir + u'/' + m_name);
    const bool answered = refused || !sight.isEmpty();
    if (!answered || stillInInbox || milliseconds(m_unchanged.elapsed()) < m_pipeline.settleFor) {
        return;
    }
    m_end.folderRejected = refused;
    collect(refused ? m_pipeline.rejectedDir : m_pipeline.doneDir);
}

/// Moves what belongs to the run out of the script's folder, so that the next file of this name finds it empty.
void FolderAdapter::collect(const QString &folder)
{
    const Sight now = sightOf(folder);
    const Sight &before = m_end.folderRejected ? m_rejectedBefore : m_doneBefore;
    QStringList names;
    for (auto it = now.cbegin(); it != now.cend(); ++it) {
        if (before.value(it.key()) != it.value()) {
            names.append(it.key());
        }
    }
    const QString out = m_spec.scratch.out();
    auto ok = std::make_shared<bool>(true);
    m_collecting = m_disk.post(
        [=] {
            for (const QString &name : names) {
                const QString source = folder + u'/' + name;
                const QString target = out + u'/' + name;
                if (localdisk::moveNew(source, target)) {
                    continue;
                }
                // Another disk: a copy, then the original goes.
                if (QFile::exists(target) || !QFile::copy(source, target) || !QFile::remove(source)) {
                    QFile::remove(target);
                    *ok = false;
                }
            }
        },
        [=, this] {
            m_collecting = false;
            if (!m_running) {
                return;
            }
            if (*ok) {
                finish();
            } else {
                m_last.clear(); // still held by the script: once more
            }
        },
        this);
}

void FolderAdapter::kill()
{
    if (!m_running) {
        return;
    }
    m_end.crashed = true; // it did not end by itself
    const QString waiting = m_pipeline.inboxDir + u'/' + m_name;
    if (QFileInfo::exists(waiting)) {
        const QString back = m_spec.scratch.work() + u'/' + m_name;
        const bool taken = localdisk::moveNew(waiting, back).has_value();
        Q_EMIT note(
            taken ? u"taken back from the inbox: the script had not fetched it"_s : u"could not be taken back from the inbox"_s);
    }
    finish();
}

void FolderAdapter::finish()
{
    m_running = false;
    m_tick.stop();
    Q_EMIT ended(m_end);
}

} // namespace dtf
