// SPDX-License-Identifier: GPL-3.0-or-later
#include "manylives.h"
#include "numbers.h"
#include "steps.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <cstdio>

namespace dtf::crash {

using namespace Qt::StringLiterals;

/// A fault at the n-th system call of the shipped programs, for every n: killed before it or after it, an error, an ambiguous
/// error, a power cut. The points are counted first, so a new step is covered by itself.
/// DTF_TEST_LONG=1: all of them. DTF_TEST_SEED: which sample. DTF_TEST_FAULT: one, by the words of a complaint.
class Points : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyPoint();
};

namespace {

QList<Fault> allFaults(const ManyLives &lives)
{
    QList<Fault> faults;
    for (const Part part : {Part::Agent, Part::Orchestrator}) {
        for (const Point &point : lives.points(part)) {
            for (const Action &action : actionsAt(point)) {
                faults.append({part, point, action, {}, {}});
            }
        }
    }
    return faults;
}

/// The rows of faults.md that a machine must never learn by sampling. `point`: how the call begins; the first such one counts.
struct Named
{
    const char *row;
    Part part;
    const char *point;
    const char *action;
};

const Named namedFaults[] = {
    {"A1", Part::Orchestrator, dispatch, "kill-before"},
    {"A2", Part::Orchestrator, dispatch, "kill-after"},
    {"A4", Part::Agent, claim, "kill-before"},
    {"A5", Part::Agent, claim, "kill-after"},
    {"A6", Part::Agent, "exec pipeline", "kill-before"},
    {"A7", Part::Agent, "write scratch/J.eN/run.log", "kill-after"},
    {"A8", Part::Agent, "close scratch/J.eN/run.log", "kill-after"},
    {"A9", Part::Agent, "write share/completed/.stage/J.eN.bB/results/result.csv", "short-kill"},
    {"A9", Part::Agent, "fsync share/completed/.stage/J.eN.bB/.tmp-R", "kill-before"},
    {"A10", Part::Agent, commit, "kill-before"},
    {"A11", Part::Agent, commit, "kill-after"},
    {"A12", Part::Agent, show, "kill-after"},
    {"A13", Part::Agent, "exec pipeline", "cut"},
    {"A13", Part::Agent, "mkdir share/completed/.stage/J.eN.bB", "cut"}, // the journal says: publish
    {"A13", Part::Agent, show, "cut"},
    {"A13", Part::Orchestrator, dispatch, "cut"},
    {"A13", Part::Orchestrator, "fsync share/processing/DTF-01", "cut"},
    {"B1", Part::Orchestrator, dispatch, "done-fail:5"},
    {"B1", Part::Agent, claim, "done-fail:2"},
    {"B1", Part::Agent, commit, "done-fail:5"},
    {"B1", Part::Agent, show, "done-fail:2"},
    {"C8", Part::Agent, "fsync share/completed/.stage/J.eN.bB/results/result.csv", "fail:5"},
    {"C8", Part::Agent, "fsync scratch/J.eN/out/result.csv", "fail:5"},
    {"C8", Part::Agent, "fsync state/journal.dtf", "fail:5"},
    {"C8", Part::Orchestrator, "fsync store/dtf.sqlite-wal", "fail:5"},
};

/// A row whose step is gone stays without a point.
QList<Fault> theNamed(const ManyLives &lives)
{
    QList<Fault> faults;
    for (const Named &named : namedFaults) {
        const QList<Point> points = lives.points(named.part);
        const auto found = std::find_if(points.begin(), points.end(), [&](const Point &p) { return p.startsWith(named.point); });
        if (found == points.end()) {
            std::printf("%s: no %s of the %s\n", named.row, named.point, nameOf(named.part));
        }
        faults.append({named.part, found == points.end() ? Point() : *found, named.action, {}, {}});
    }
    return faults;
}

QList<Fault> chosenFaults(const QList<Fault> &all)
{
    if (const QByteArray words = qgetenv("DTF_TEST_FAULT"); !words.isEmpty()) {
        QList<Fault> some = all;
        some.removeIf([&](const Fault &fault) { return !fault.words().contains(words); });
        return some;
    }
    if (setting("DTF_TEST_LONG", 0) > 0) {
        return all;
    }
    const int lives = setting("DTF_TEST_LIVES", 30);
    const int seed = setting("DTF_TEST_SEED", QRandomGenerator::global()->bounded(100'000));
    std::printf("seed %d\n", seed);
    QList<Fault> sample;
    const qsizetype step = qMax(qsizetype {1}, all.size() / lives);
    for (qsizetype n = seed % step; n < all.size(); n += step) {
        sample.append(all[n]);
    }
    return sample;
}

void printCounts(const char *what, const QMap<QByteArray, int> &counts)
{
    std::printf("%s:", what);
    for (auto it = counts.cbegin(); it != counts.cend(); ++it) {
        std::printf(" %s %d,", it.key().constData(), it.value());
    }
    std::printf("\n");
    std::fflush(stdout);
}

} // namespace

void Points::everyPoint()
{
    ManyLives lives(setting("DTF_TEST_PLACES", 3));
    QVERIFY2(lives.count(), qUtf8Printable(lives.problem()));
    for (const Part part : {Part::Agent, Part::Orchestrator}) {
        QMap<QByteArray, int> kinds;
        for (const Point &point : lives.points(part)) {
            ++kinds[operationOf(point)];
            if (setting("DTF_TEST_LIST", 0) > 0) {
                std::printf("%s %s\n", nameOf(part), point.constData());
            }
        }
        std::printf("%s: %lld points; ", nameOf(part), static_cast<long long>(lives.points(part).size()));
        printCounts("by kind", kinds);
        QVERIFY(lives.points(part).size() > 20);
    }
    QList<Fault> faults = chosenFaults(allFaults(lives));
    if (qEnvironmentVariableIsEmpty("DTF_TEST_FAULT")) {
        faults = theNamed(lives) + faults;
    }
    for (const Fault &fault : faults) {
        QVERIFY2(!fault.point.isEmpty(), "a step that faults.md names is not taken any more");
    }
    QMap<QByteArray, int> ends;
    int struck = 0;
    int lived = 0;
    int bad = 0;
    lives.run(faults, [&](const LifeResult &life) {
        ++lived;
        struck += life.struck ? 1 : 0;
        ++ends[QByteArray(nameOf(life.fault.part)) + ' ' + (life.struck ? life.fault.action : "missed") + " -> " + life.end];
        if (qEnvironmentVariableIsSet("DTF_TEST_VERBOSE")) {
            std::printf("%s: %s%s, %lld ms\n", life.fault.words().constData(), life.struck ? "" : "MISSED ", life.end.constData(),
                static_cast<long long>(life.ms));
            std::fflush(stdout);
        }
        if (!life.wrong.isEmpty()) {
            ++bad;
            std::printf("BAD %s\n  %s\n%s\n", life.fault.words().constData(), qUtf8Printable(life.wrong.join(u"\n  "_s)),
                bad <= 20 ? qUtf8Printable(life.logs) : "");
            std::fflush(stdout);
        }
    });
    std::printf("%d lives, the fault struck in %d, %d ended badly\n", lived, struck, bad);
    printCounts("ends", ends);
    QCOMPARE(bad, 0);
    QVERIFY2(struck * 10 >= lived * 8, "too many points were never reached: the counting is not to be trusted");
}

} // namespace dtf::crash

QTEST_GUILESS_MAIN(dtf::crash::Points)
#include "tst_points.moc"
