// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/model/explore.h"
#include "tests/model/mutants.h"

#include <QTest>

using namespace dtf::model;
using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t kMaxStates = 20'000'000;

QString latin(std::string_view s)
{
    return QString::fromLatin1(s.data(), static_cast<qsizetype>(s.size()));
}

void report(const Result &r)
{
    qInfo().noquote() << u"%L1 states, %L2 steps, depth %3, %4 s"_s.arg(r.states).arg(r.steps).arg(r.depth).arg(
        r.seconds, 0, 'f', 2);
}

} // namespace

/// The protocol on the share, searched exhaustively within bounds: it breaks nothing, and each wrong variant is caught.
class TestShareModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void protocolHolds_data();
    void protocolHolds();
    void reductionsHideNothing_data();
    void reductionsHideNothing();
    void mutantIsCaught_data();
    void mutantIsCaught();
};

void TestShareModel::protocolHolds_data()
{
    QTest::addColumn<int>("crashes");
    QTest::addColumn<int>("losses");
    QTest::addColumn<int>("clicks");
    QTest::addColumn<bool>("clone");
    QTest::addColumn<bool>("producer");

    QTest::newRow("calm, with a clone") << 0 << 0 << 1 << true << true;
    QTest::newRow("two lost replies, one crash") << 1 << 2 << 0 << false << false;
#ifndef DTF_MODEL_SMALL
    QTest::newRow("one of everything") << 1 << 1 << 1 << true << true;
    QTest::newRow("two crashes, a lost reply, a requeue") << 2 << 1 << 1 << false << false;
    QTest::newRow("two crashes, a requeue, a clone") << 2 << 0 << 1 << true << false;
    QTest::newRow("three crashes, a requeue") << 3 << 0 << 1 << false << false;
    QTest::newRow("a crash, two lost replies, a requeue") << 1 << 2 << 1 << false << false;
#endif
}

void TestShareModel::protocolHolds()
{
    QFETCH(int, crashes);
    QFETCH(int, losses);
    QFETCH(int, clicks);
    QFETCH(bool, clone);
    QFETCH(bool, producer);

    const Bounds bounds {.crashes = crashes, .losses = losses, .clicks = clicks, .clone = clone, .producerWrites = producer};
    const Result r = explore(Rules {}, bounds, kAllInvariants, kMaxStates);
    report(r);
    QVERIFY2(r.broken == Invariant::None, qPrintable(latin(text(r.broken)) + u'\n' + latin(r.trace)));
    QVERIFY2(r.complete, "the bounds are too wide for the memory allowed");
    // Nothing is proven about what is never reached.
    const unsigned everywhere = (1U << (static_cast<unsigned>(Kind::Rejected) + 1U)) - 2U;
    const unsigned rejections = producer ? 0U : 1U << static_cast<unsigned>(Kind::Rejected);
    QCOMPARE(r.kinds | rejections, everywhere);
}

void TestShareModel::reductionsHideNothing_data()
{
    QTest::addColumn<int>("crashes");
    QTest::addColumn<int>("losses");
    QTest::addColumn<bool>("clone");

    QTest::newRow("a crash") << 1 << 0 << false;
#ifndef DTF_MODEL_SMALL
    QTest::newRow("a lost reply") << 0 << 1 << false;
    QTest::newRow("a clone") << 0 << 0 << true;
#endif
}

void TestShareModel::reductionsHideNothing()
{
    QFETCH(int, crashes);
    QFETCH(int, losses);
    QFETCH(bool, clone);

    Bounds bounds {.crashes = crashes, .losses = losses, .clicks = 0, .clone = clone, .producerWrites = false};
    const Result reduced = explore(Rules {}, bounds, kAllInvariants, kMaxStates);
    bounds.reduce = false;
    const Result whole = explore(Rules {}, bounds, kAllInvariants, kMaxStates);
    report(whole);
    QVERIFY(whole.complete && reduced.complete);
    QVERIFY2(whole.broken == Invariant::None, whole.trace.c_str());
    QVERIFY(whole.states > reduced.states);
    QCOMPARE(reduced.observables, whole.observables);
}

void TestShareModel::mutantIsCaught_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < mutants().size(); ++i)
        QTest::newRow(mutants()[i].name) << static_cast<int>(i);
}

void TestShareModel::mutantIsCaught()
{
    QFETCH(int, index);
    const Mutant &mutant = mutants()[static_cast<std::size_t>(index)];
    Rules rules;
    mutant.apply(rules);

    // The same misfortune does not hurt the protocol itself …
    const unsigned checked = maskOf(mutant.breaks);
    const Result sane = explore(Rules {}, mutant.bounds, checked, kMaxStates);
    QVERIFY2(sane.broken == Invariant::None && sane.complete, sane.trace.c_str());

    // … but breaks the mutant.
    const Result r = explore(rules, mutant.bounds, checked, kMaxStates);
    report(r);
    QVERIFY2(r.broken == mutant.breaks, "the mutant was not caught");
    QVERIFY(!r.trace.empty());
    qInfo().noquote() << u"breaks "_s + latin(text(r.broken)) + u":\n"_s + latin(r.trace);
}

QTEST_APPLESS_MAIN(TestShareModel)
#include "tst_sharemodel.moc"
