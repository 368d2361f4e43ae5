// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/folderadapter.h"

#include "common/share/localname.h"

#include <QDir>

#include <optional>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds lookEvery {200}; ///< local folders: a listing is cheap and, unlike a watcher, never silent

} // namespace

FolderAdapter::FolderAdapter(const PipelineConfig &pipeline, const RunSpec &spec, QObject *parent)
    : PipelineRun(parent)
    , m_pipeline(pipeline)
    , m_spec(spec)
    , m_folders(pipeline, localName(spec.token.name))
{
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &FolderAdapter::look);
}

void FolderAdapter::refuse(const QString &why)
{
    RunEnd failure;
    failure.detail = why;
    Q_EMIT started(false, failure);
}

void FolderAdapter::start()
{
    struct Begun
    {
        ScriptFolders::Sights before;
        std::optional<Error> trouble;
    };
    auto begun = std::make_shared<Begun>();
    // Written beside the inbox first: the script must never see half a file.
    const QString temporary =
        QDir(m_pipeline.inboxDir).absolutePath() + u"/.dtf-"_s + QString::fromLatin1(m_spec.marker) + u".part"_s;
    const bool posted = m_disk.post(
        [begun, folders = m_folders, spec = m_spec, input = m_spec.scratch.input(m_spec.token.name), temporary] {
            const SystemClock clock;
            Result<void> done = folders.prove();
            if (done) {
                begun->before = folders.look();
                done = stoodStill(spec, clock.now().mono) ? fail(ErrorCode::Timeout, stoodStillWords())
                                                          : folders.put(input, temporary, clock);
            }
            if (!done) {
                begun->trouble = done.error();
            }
        },
        [this, begun] {
            if (begun->trouble) {
                refuse(begun->trouble->detail);
                return;
            }
            m_before = begun->before;
            m_end.spawned = true;
            m_running = true;
            m_unchanged.start();
            m_next.start(lookEvery);
            Q_EMIT started(true, {});
        },
        this);
    if (!posted) {
        refuse(u"too much is being copied"_s);
    }
}

void FolderAdapter::look()
{
    auto sights = std::make_shared<ScriptFolders::Sights>();
    const bool posted = m_disk.post([sights, folders = m_folders] { *sights = folders.look(); },
        [this, sights] {
            if (m_running && !m_killing) {
                judge(*sights);
            }
        },
        this);
    if (!posted) {
        m_next.start(lookEvery);
    }
}

void FolderAdapter::judge(const ScriptFolders::Sights &sights)
{
    const auto isNew = [](const ScriptFolders::Sight &before, auto it) {
        return !before.contains(it.key()) || before.value(it.key()) != it.value();
    };
    ScriptFolders::Sight fresh;
    for (auto it = sights.done.cbegin(); it != sights.done.cend(); ++it) {
        if (isNew(m_before.done, it)) {
            fresh.insert(it.key(), it.value());
        }
    }
    bool rejected = false;
    for (auto it = sights.rejected.cbegin(); it != sights.rejected.cend(); ++it) {
        if (isNew(m_before.rejected, it)) {
            rejected = true;
            fresh.insert(u"rejected/"_s + it.key(), it.value());
        }
    }
    const bool changed = fresh != m_last;
    if (changed) {
        m_last = fresh;
        m_unchanged.start();
    }
    if (changed || fresh.isEmpty() || sights.inInbox || milliseconds(m_unchanged.elapsed()) < m_pipeline.settleFor) {
        m_next.start(lookEvery);
        return;
    }
    collect(rejected);
}

/// Moves what belongs to the run out of the script's folder, so that the next file of this name finds it empty.
void FolderAdapter::collect(bool rejected)
{
    auto ok = std::make_shared<bool>(false);
    const bool posted = m_disk.post([=, folders = m_folders, before = rejected ? m_before.rejected : m_before.done,
                                        out = m_spec.scratch.out()] { *ok = folders.collect(rejected, before, out); },
        [this, ok, rejected] {
            if (!m_running || m_killing) {
                return;
            }
            if (*ok) {
                m_end.folderRejected = rejected;
                finish();
            } else {
                m_last.clear(); // still held by the script: once more
                m_next.start(lookEvery);
            }
        },
        this);
    if (!posted) {
        m_next.start(lookEvery);
    }
}

void FolderAdapter::kill()
{
    if (!m_running || m_killing) {
        return;
    }
    m_killing = true;
    m_next.stop();
    m_end.crashed = true; // it did not end by itself
    struct Taken
    {
        bool wasThere = false;
        bool back = false;
    };
    auto taken = std::make_shared<Taken>();
    const bool posted = m_disk.post(
        [taken, folders = m_folders, path = m_spec.scratch.work() + u'/' + localName(m_spec.token.name)] {
            taken->wasThere = folders.look().inInbox;
            taken->back = taken->wasThere && folders.takeBack(path);
        },
        [this, taken] {
            if (taken->wasThere) {
                Q_EMIT note(taken->back ? u"taken back from the inbox: the script had not fetched it"_s
                                        : u"could not be taken back from the inbox"_s);
            }
            finish();
        },
        this);
    if (!posted) {
        finish();
    }
}

void FolderAdapter::finish()
{
    m_running = false;
    m_next.stop();
    Q_EMIT ended(m_end);
}

} // namespace dtf
