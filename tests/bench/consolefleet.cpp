// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/consolefleet.h"

#include <QCoreApplication>
#include <QEventLoop>

#include <cstdio>
#include <cstdlib>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

constexpr int mostOpen = 20'000;
constexpr int atOnce = 5'000; ///< jobs of one commit while filling
constexpr int everyMs = 20;
constexpr qint64 mostBehind = 1'000; ///< changes made up for after a pause

/// What a file does next. Half of what a console hears is such a step, the rest is progress in place.
JobState after(JobState state)
{
    switch (state) {
    case JobState::Waiting:
        return JobState::Assigned;
    case JobState::Assigned:
        return JobState::Running;
    case JobState::Running:
        return JobState::Publishing;
    default:
        return JobState::Done;
    }
}

AuditKind auditOf(JobState state)
{
    switch (state) {
    case JobState::Waiting:
        return AuditKind::JobAccepted;
    case JobState::Assigned:
        return AuditKind::JobAssigned;
    case JobState::Running:
        return AuditKind::JobStarted;
    case JobState::Publishing:
        return AuditKind::JobPublishing;
    default:
        return AuditKind::JobDone;
    }
}

} // namespace

ConsoleFleet::ConsoleFleet(const Options &options)
    : m_options(options)
{
    for (int i = 1; i <= options.nodes; ++i) {
        NodeView node;
        node.node = *NodeName::parse("DTF-" + QByteArray::number(i).rightJustified(4, '0'));
        node.state = i % 10 == 0 ? u"paused"_s : i % 3 == 0 ? u"busy"_s : u"ready"_s;
        node.paused = i % 10 == 0;
        node.since = {m_clock.now().wall.msecsSinceEpoch - i * 1'000};
        node.beat.protocol = 1;
        node.beat.node = node.node;
        node.beat.boot = *BootId::parse("bench000");
        node.beat.seq = 1;
        node.beat.browserConnected = true;
        node.beat.browserState = BrowserState::Ready;
        node.beat.browserPort = 9222;
        node.beat.cpuPercent = i % 100;
        node.beat.memoryFree = qint64(i) * 10'000'000;
        node.beat.diskFree = qint64(i) * 100'000'000;
        node.beat.browserMemory = qint64(i) * 1'000'000;
        node.beat.version = u"0.1.0"_s;
        node.heartbeatAgeMs = i * 40 % 15'000;
        m_nodes.append(node);
    }
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(everyMs);
    connect(&m_timer, &QTimer::timeout, this, &ConsoleFleet::change);
}

ConsoleFleet::~ConsoleFleet()
{
    if (m_store) {
        m_store->close();
    }
}

JobRecord ConsoleFleet::made(int number, JobState state, WallTime changed)
{
    JobRecord job;
    job.id = m_ids.next(changed);
    job.affinity = "Agency" + QByteArray::number(number % 120).rightJustified(3, '0');
    job.name = job.affinity + "_week46_" + QByteArray::number(number).rightJustified(7, '0') + ".csv";
    job.state = state;
    job.place = "incoming/" + job.name;
    job.size = 20'000 + number % 1'000;
    job.mtimeNs = changed.msecsSinceEpoch * 1'000'000;
    job.fileId = QByteArray::number(number);
    job.accepted = job.changed = changed;
    job.sideEffects = state == JobState::Done;
    if (state != JobState::Waiting) {
        job.node = m_nodes[number % m_nodes.size()].node;
        job.epoch = 1;
        job.attempts = 1;
    }
    return job;
}

void ConsoleFleet::fill()
{
    StoreSnapshot snapshot;
    auto opened = SqliteStore::open(m_options.store, &snapshot);
    if (!opened) {
        std::fprintf(stderr, "bench: %s\n", qUtf8Printable(opened.error().detail));
        std::exit(1);
    }
    m_store = std::move(*opened);
    m_open = snapshot.jobs;
    const int open = std::min(mostOpen, m_options.jobs / 5);
    const qint64 now = m_clock.now().wall.msecsSinceEpoch;
    QEventLoop loop;
    const std::function<void()> more = [&] {
        if (m_made >= m_options.jobs) {
            loop.quit();
            return;
        }
        StoreBatch batch;
        for (int i = 0; i < atOnce && m_made < m_options.jobs; ++i, ++m_made) {
            const bool isOpen = m_options.jobs - m_made <= open; // the newest
            const JobRecord job = made(m_made,
                isOpen                 ? JobState::Waiting
                    : m_made % 50 == 0 ? JobState::Rejected
                                       : JobState::Done,
                {now - (m_options.jobs - m_made) * 2'000LL});
            batch.jobs.append(job);
            if (isOpen) {
                m_open.append(job);
                m_open.last().known = true;
            }
        }
        m_store->commit(batch, [&more](const Result<Store::Committed> &done) {
            if (!done) {
                std::fprintf(stderr, "bench: %s\n", qUtf8Printable(done.error().detail));
                std::exit(1);
            }
            more();
        });
    };
    if (snapshot.created) {
        more();
        loop.exec();
    } else {
        m_made = m_options.jobs;
        for (JobRecord &job : m_open) {
            job.known = true;
        }
    }
    m_done = m_options.jobs - m_open.size();
}

void ConsoleFleet::start(FleetPublisher &publisher)
{
    m_publisher = &publisher;
    m_timer.start();
}

FleetSummary ConsoleFleet::summary() const
{
    FleetSummary summary;
    summary.orchestratorBoot = *BootId::parse("bench000");
    summary.time = m_clock.now().wall;
    summary.version = u"0.1.0"_s;
    summary.shareOk = true;
    summary.jobsByState = QList<qint64>(static_cast<int>(JobState::Withdrawn) + 1, 0);
    for (const JobRecord &job : m_open) {
        ++summary.jobsByState[static_cast<int>(job.state)];
    }
    summary.jobsByState[static_cast<int>(JobState::Done)] = m_done;
    summary.oldestWaitingMs = 60'000;
    summary.doneToday = m_done;
    return summary;
}

StateView ConsoleFleet::state()
{
    StateView view;
    view.summary = summary();
    view.nodes = m_nodes;
    Alert alert;
    alert.kind = AlertKind::BrowserDown;
    alert.subject = m_nodes.first().node.bytes();
    alert.since = {view.summary.time.msecsSinceEpoch - 60'000};
    view.alerts = {alert};
    return view;
}

QList<JobView> ConsoleFleet::activeJobs(int limit)
{
    QList<JobView> newest;
    for (qsizetype i = m_open.size() - 1; i >= 0 && newest.size() < limit; --i) {
        newest.append(viewOf(m_open[i]));
    }
    return newest;
}

void ConsoleFleet::job(const JobId &id, Callback<JobView> done)
{
    m_store->job(id, [done = std::move(done)](const Result<JobRecord> &record) {
        done(record ? Result<JobView>(viewOf(*record)) : tl::unexpected(record.error()));
    });
}

/// A quarter new files, half steps of files, a quarter progress of a running one; 20 nodes a second beat.
void ConsoleFleet::change()
{
    const Now now = m_clock.now();
    if (!m_publisher->hasConsoles()) {
        m_began = now.mono;
        m_changes = 0;
        return;
    }
    const qint64 due = m_options.changesPerSecond * (now.mono - m_began).count() / 1'000;
    if (due - m_changes > mostBehind) {
        std::fprintf(stderr, "bench: the fleet is %lld changes behind\n", static_cast<long long>(due - m_changes));
        m_changes = due - mostBehind;
    }
    StoreBatch batch;
    FeedDelta delta;
    for (; m_changes < due; ++m_changes) {
        const qint64 kind = m_changes % 4;
        if (kind == 0) {
            const JobRecord job = made(m_made++, JobState::Waiting, now.wall);
            batch.jobs.append(job);
            m_open.append(job);
            m_open.last().known = true;
        } else {
            const auto at = static_cast<qsizetype>(m_random() % static_cast<size_t>(m_open.size()));
            JobRecord &job = m_open[at];
            if (kind == 3 && job.state != JobState::Waiting) {
                JobView view = viewOf(job);
                view.lastLine = u"uploading row %1 of 2000"_s.arg(m_changes % 2'000);
                delta.jobs.append(view);
                continue;
            }
            job.state = after(job.state);
            job.changed = now.wall;
            job.node = m_nodes[at % m_nodes.size()].node;
            job.epoch = 1;
            job.attempts = 1;
            batch.jobs.append(job);
            if (job.state == JobState::Done) {
                ++m_done;
                job = m_open.last();
                m_open.removeLast();
            }
        }
        const JobRecord &job = batch.jobs.last();
        AuditEvent event;
        event.kind = auditOf(job.state);
        event.time = now.wall;
        event.job = job.id;
        event.epoch = job.epoch;
        event.node = job.node;
        event.actor = "orchestrator";
        batch.audit.append(event);
        delta.jobs.append(viewOf(job));
    }
    if (m_changes / 100 != m_nextNode) {
        m_nextNode = static_cast<int>(m_changes / 100);
        NodeView &node = m_nodes[m_nextNode % m_nodes.size()];
        ++node.beat.seq;
        node.beat.cpuPercent = m_nextNode % 100;
        node.heartbeatAgeMs = 0;
        delta.nodes.append(node);
    }
    delta.summary = summary();
    m_store->commit(batch, [this, delta](const Result<Store::Committed> &done) mutable {
        if (done) {
            delta.audit = done->audit;
            m_publisher->publish(std::move(delta));
        } else {
            std::fprintf(stderr, "bench: %s\n", qUtf8Printable(done.error().detail));
        }
    });
}

} // namespace dtf::bench
