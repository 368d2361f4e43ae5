// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/orchestratorbench.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QTimer>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace dtf::bench {

using namespace Qt::StringLiterals;

NodeName Orchestrator::node(int number)
{
    return *NodeName::parse("DTF-" + QByteArray::number(number).rightJustified(4, '0'));
}

Orchestrator::Orchestrator(const Options &options)
    : m_folder(QDir::current().filePath(u"dtf-bench-XXXXXX"_s))
{
    const QString root = m_folder.path() + u"/share"_s;
    QDir().mkpath(root);
    m_config.shareRoot = root;
    m_config.shareCache = milliseconds(0);
    m_config.shareWatch = options.watch;
    m_config.storePath = m_folder.path() + u"/store.sqlite"_s;
    m_config.stableFor = options.stableFor;
    m_config.stableLooks = options.stableLooks;
    QList<NodeName> names;
    for (int i = 1; i <= options.nodes; ++i) {
        NodeConfig one;
        one.name = node(i);
        one.prefetch = options.prefetch;
        m_config.nodes.append(one);
        names.append(one.name);
    }
    LocalShareFs(root, {milliseconds(0), milliseconds(0)}).initialise(names).value();
}

Orchestrator::~Orchestrator()
{
    m_store->close(); // its callbacks go to the controller
    m_controller.reset();
    m_zone.reset();
    if (m_worker) {
        (void)m_worker->stop(seconds(5));
    }
    m_store.reset();
}

void Orchestrator::start()
{
    m_store = SqliteStore::open(m_config.storePath, &m_snapshot).value();
    auto share = std::make_unique<LocalShareFs>(m_config.shareRoot, ShareTiming {milliseconds(200), milliseconds(0)});
    m_worker = std::make_unique<ShareWorker>(std::move(share));
    m_zone = std::make_unique<Zone>(m_config, *m_worker, m_clock, Lease(BootId::generate(), "bench"), [](const QByteArray &) {});
    m_controller = std::make_unique<FleetController>(m_config, BootId::generate(), *m_store, *m_zone, m_clock);
    m_controller->start(m_snapshot);
    beat();
}

void Orchestrator::beat()
{
    ++m_seq;
    for (const NodeConfig &one : m_config.nodes) {
        Heartbeat b;
        b.protocol = 1;
        b.node = one.name;
        b.boot = *BootId::parse("bench000");
        b.seq = m_seq;
        b.browserConnected = true;
        b.browserState = BrowserState::Ready;
        (void)m_controller->heartbeat(b);
    }
}

qint64 Orchestrator::count(JobState state)
{
    return m_controller->state().summary.jobsByState.value(static_cast<int>(state));
}

bool runUntil(const std::function<bool()> &done, milliseconds deadline)
{
    QEventLoop loop;
    QTimer limit;
    QTimer poll;
    limit.setSingleShot(true);
    bool good = false;
    QObject::connect(&limit, &QTimer::timeout, &loop, &QEventLoop::quit);
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done()) {
            good = true;
            loop.quit();
        }
    });
    limit.start(deadline);
    poll.start(5);
    loop.exec();
    return good;
}

void rest(milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

namespace {

qint64 statusKb(const char *key)
{
    QFile file(u"/proc/self/status"_s);
    if (file.open(QIODevice::ReadOnly)) {
        const QList<QByteArray> lines = file.readAll().split('\n');
        for (const QByteArray &line : lines) {
            if (line.startsWith(key)) {
                return line.simplified().split(' ').value(1).toLongLong();
            }
        }
    }
    return -1;
}

} // namespace

qint64 residentKb()
{
    return statusKb("VmRSS:");
}

qint64 peakResidentKb()
{
    return statusKb("VmHWM:");
}

double cpuSeconds()
{
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval &t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

double wallSeconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void fill(const QString &folder, int count)
{
    const QByteArray root = QFile::encodeName(folder) + "/Agency";
    for (int i = 0; i < count; ++i) {
        const QByteArray path = root + QByteArray::number(i).rightJustified(6, '0') + "_week46.csv";
        const int fd = ::open(path.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
        if (fd < 0 || ::write(fd, "a;b\n1;2\n", 8) != 8) {
            std::perror(path.constData());
            std::exit(1);
        }
        ::close(fd);
    }
}

} // namespace dtf::bench
