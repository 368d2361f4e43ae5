// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/nemesis/nemesis.h"
#include "tests/nemesis/resourcemeter.h"

#include <memory>
#include <vector>

namespace dtf {

/// Files flow through a fleet with real browsers and the demo's portal while a Nemesis strikes; then all is healed, and a person
/// decides what lies on hold by looking at the portal's ledger.
class NemesisStory
{
public:
    struct Bounds
    {
        int nodes = 2;
        int files = 40; ///< at least so many
        std::chrono::seconds time {0}; ///< and at least for so long
        milliseconds pauseLow {700}; ///< between two faults
        milliseconds pauseHigh {2'500};
        bool sparesLives = false;
        std::chrono::seconds calmEvery {0}; ///< everything healed and decided in between; 0: only at the end
    };
    NemesisStory(const Bounds &bounds, quint32 seed);

    /// Empty: every file reached its end.
    [[nodiscard]] QStringList play();
    [[nodiscard]] Fleet &fleet() { return *m_fleet; }
    /// Seed, faults by kind, files, uploads, decisions.
    [[nodiscard]] QStringList figures() const;
    [[nodiscard]] QStringList diary() const { return m_nemesis ? m_nemesis->diary() : QStringList(); }
    [[nodiscard]] const std::vector<ResourceMeter> &meters() const { return m_meters; }
    /// Faults and files of the second half.
    [[nodiscard]] qsizetype eventsOfSecondHalf() const { return (m_nemesis->strikes() + m_dropped) / 2; }

private:
    void flow();
    [[nodiscard]] QStringList nodesNow();
    [[nodiscard]] QString settle();
    [[nodiscard]] bool quiet();
    [[nodiscard]] int decide();
    [[nodiscard]] bool nameIsFree();
    void sample();
    [[nodiscard]] qsizetype underWay() const;

    Bounds m_bounds;
    quint32 m_seed;
    std::unique_ptr<Fleet> m_fleet;
    std::unique_ptr<NodeLinks> m_links;
    std::unique_ptr<Nemesis> m_nemesis;
    std::vector<ResourceMeter> m_meters;
    QList<SampleFile> m_files;
    std::mt19937 m_random; ///< of the flow; the nemesis has its own
    qsizetype m_dropped = 0;
    QMap<QString, int> m_decisions;
    QElapsedTimer m_time;
    qint64 m_lastSample = 0;
};

/// DTF_NEMESIS_SEED, or one drawn now.
[[nodiscard]] quint32 nemesisSeed();

} // namespace dtf
