// SPDX-License-Identifier: GPL-3.0-or-later
#include "manylives.h"

#include "tests/support/markedprocesses.h"

#include <QDir>
#include <QTemporaryDir>
#include <QThread>

#include <mutex>

namespace dtf::crash {

using namespace Qt::StringLiterals;

namespace {

QString freshFolder()
{
    QTemporaryDir dir(QDir::tempPath() + u"/dtf-crash-XXXXXX"_s);
    dir.setAutoRemove(false); // the janitor does it
    return dir.path();
}

} // namespace

ManyLives::ManyLives(int places)
    : m_folder(freshFolder())
    , m_janitor(m_folder)
{
    for (int n = 0; n < places; ++n) {
        const QString folder = m_folder + u"/place%1"_s.arg(n);
        QDir().mkpath(folder);
        m_places.push_back({folder, freePort(), freePort(), {}});
    }
}

ManyLives::~ManyLives()
{
    m_janitor.tidy();
}

QString ManyLives::nextFolder()
{
    return m_folder + u"/life%1"_s.arg(m_lives++);
}

bool ManyLives::count()
{
    for (Place &place : m_places) {
        const LifeResult first = liveJob(place, nextFolder(), {}, {});
        if (!first.wrong.isEmpty()) {
            m_problem = first.wrong.join(u'\n') + u'\n' + first.logs;
            return false;
        }
    }
    const LifeResult counted = liveJob(m_places.front(), nextFolder(), {}, {});
    m_orchestrator = counted.orchestrator.points;
    m_agent = counted.agent.points;
    m_remains = Remains(counted.remains.begin(), counted.remains.end());
    m_problem = counted.wrong.join(u'\n');
    return m_problem.isEmpty();
}

QList<Point> ManyLives::pointsAfter(Fault fault)
{
    fault.again = Fault::onlyCount;
    const LifeResult life = liveJob(m_places.front(), nextFolder(), fault, m_remains);
    m_problem = life.wrong.join(u'\n');
    return fault.part == Part::Agent ? life.agent.points : life.orchestrator.points;
}

void ManyLives::run(const QList<Fault> &faults, const std::function<void(const LifeResult &)> &done)
{
    std::atomic<qsizetype> next {0};
    std::mutex mutex;
    std::vector<std::unique_ptr<QThread>> threads; // with event loops of their own, as QProcess wants them
    for (Place &place : m_places) {
        threads.emplace_back(QThread::create([&, here = &place] {
            for (qsizetype n = next++; n < faults.size(); n = next++) {
                const LifeResult result = liveJob(*here, nextFolder(), faults[n], m_remains);
                const std::scoped_lock lock(mutex);
                done(result);
            }
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads) {
        thread->wait();
    }
}

} // namespace dtf::crash
