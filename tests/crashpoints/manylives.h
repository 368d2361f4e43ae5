// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "joblife.h"
#include "tests/support/janitor.h"

#include <atomic>
#include <functional>
#include <vector>

namespace dtf::crash {

/// Lives one after the other in several places at once. The folder and all processes go with the object.
class ManyLives
{
public:
    explicit ManyLives(int places);
    ~ManyLives();
    ManyLives(const ManyLives &) = delete;
    ManyLives &operator=(const ManyLives &) = delete;

    /// Two lives without a fault (the first starts the browser): what happens, and what is left. False: see problem().
    [[nodiscard]] bool count();
    [[nodiscard]] const QString &problem() const { return m_problem; }
    [[nodiscard]] QList<Point> points(Part part) const { return part == Part::Agent ? m_agent : m_orchestrator; }

    /// The calls of that part's life after `fault`, recovery first.
    [[nodiscard]] QList<Point> pointsAfter(Fault fault);

    /// `done` is called under a lock, in the order of the ends.
    void run(const QList<Fault> &faults, const std::function<void(const LifeResult &)> &done);

private:
    [[nodiscard]] QString nextFolder();

    QString m_folder;
    std::vector<Place> m_places;
    QList<Point> m_orchestrator;
    QList<Point> m_agent;
    Remains m_remains;
    QString m_problem;
    std::atomic<int> m_lives {0};
    Janitor m_janitor;
};

} // namespace dtf::crash
