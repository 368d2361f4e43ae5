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

/// Killed once in the middle of a job, and once more at each call of the life that puts it right.
/// DTF_TEST_LONG=1: at all of them. DTF_TEST_SEED: which sample.
class Again : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void killedWhileRecovering();
};

namespace {

const Fault firsts[] = {
    {Part::Agent, claim, "kill-after", {}, {}},
    {Part::Agent, "write scratch/J.eN/run.log", "kill-after", {}, {}}, // START
    {Part::Agent, "mkdir share/completed/.stage/J.eN.bB", "kill-before", {}, {}}, // EXIT
    {Part::Agent, commit, "kill-before", {}, {}},
    {Part::Agent, commit, "kill-after", {}, {}},
    {Part::Agent, show, "kill-after", {}, {}},
    {Part::Orchestrator, dispatch, "kill-before", {}, {}},
    {Part::Orchestrator, dispatch, "kill-after", {}, {}},
};

} // namespace

void Again::killedWhileRecovering()
{
    ManyLives lives(setting("DTF_TEST_PLACES", 3));
    QVERIFY2(lives.count(), qUtf8Printable(lives.problem()));
    QList<Fault> all;
    for (Fault fault : firsts) {
        const QList<Point> points = lives.points(fault.part);
        const auto first = std::find_if(points.begin(), points.end(), [&](const Point &p) { return p.startsWith(fault.point); });
        QVERIFY2(first != points.end(), fault.point.constData());
        fault.point = *first;
        const QList<Point> after = lives.pointsAfter(fault);
        QVERIFY2(lives.problem().isEmpty(), qUtf8Printable(QString::fromUtf8(fault.words()) + u'\n' + lives.problem()));
        QVERIFY(after.size() > 10);
        for (const Point &point : after) {
            for (const char *action : {"kill-before", "cut"}) {
                fault.again = point;
                fault.actionAgain = action;
                all.append(fault);
            }
        }
    }
    QList<Fault> some = all;
    if (setting("DTF_TEST_LONG", 0) == 0) {
        const int seed = setting("DTF_TEST_SEED", QRandomGenerator::global()->bounded(100'000));
        std::printf("seed %d\n", seed);
        const qsizetype step = qMax(qsizetype {1}, all.size() / setting("DTF_TEST_LIVES", 10));
        some.clear();
        for (qsizetype n = seed % step; n < all.size(); n += step) {
            some.append(all[n]);
        }
    }
    QMap<QByteArray, int> ends;
    int lived = 0;
    int struck = 0;
    int bad = 0;
    lives.run(some, [&](const LifeResult &life) {
        ++lived;
        struck += life.struck ? 1 : 0;
        ++ends[QByteArray(nameOf(life.fault.part)) + " -> " + life.end];
        if (!life.wrong.isEmpty()) {
            ++bad;
            std::printf("BAD %s\n  %s\n%s\n", life.fault.words().constData(), qUtf8Printable(life.wrong.join(u"\n  "_s)),
                bad <= 20 ? qUtf8Printable(life.logs) : "");
            std::fflush(stdout);
        }
    });
    std::printf("%lld double faults known, %d lived, the second struck in %d, %d ended badly\nends:",
        static_cast<long long>(all.size()), lived, struck, bad);
    for (auto it = ends.cbegin(); it != ends.cend(); ++it) {
        std::printf(" %s %d,", it.key().constData(), it.value());
    }
    std::printf("\n");
    QCOMPARE(bad, 0);
    QVERIFY2(struck * 10 >= lived * 8, "too many points were never reached: the counting is not to be trusted");
}

} // namespace dtf::crash

QTEST_GUILESS_MAIN(dtf::crash::Again)
#include "tst_again.moc"
