// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/jobtransition.h"
#include "tests/support/comparewords.h"

#include <algorithm>
#include <array>

using namespace dtf;

namespace {

constexpr std::array states {JobState::Waiting, JobState::Moving, JobState::Assigned, JobState::Running, JobState::InDoubt,
    JobState::Publishing, JobState::Done, JobState::Hold, JobState::Failed, JobState::Rejected, JobState::Withdrawn};

struct Row
{
    JobEvent event;
    const char *next; ///< one letter per state above, in that order; '-': illegal
};

constexpr char letters[] = "WMARIPDHFJV"; ///< of the states above, in that order

// clang-format off
constexpr Row table[] = {
    //                            WMARIPDHFJV
    {JobEvent::DispatchBegun,     "M----------"},
    {JobEvent::DispatchArrived,   "-A---------"},
    {JobEvent::DispatchCancelled, "-W---------"},
    {JobEvent::Claimed,           "RRR-R------"},
    {JobEvent::ReturnedToPool,    "--W--------"},
    {JobEvent::BackToItsNode,     "A----------"},
    {JobEvent::NodeWentSilent,    "---I-------"},
    {JobEvent::NodeCameBack,      "----R------"},
    {JobEvent::Released,          "--WWW------"},
    {JobEvent::Committed,         "PPPPP--PP--"},
    {JobEvent::Finished,          "DDDDDD-DD--"},
    {JobEvent::HeldBack,          "HHHHH---H--"},
    {JobEvent::GaveUp,            "FFFFF------"},
    {JobEvent::Refused,           "JJJJJ------"},
    {JobEvent::Vanished,          "VV---------"},
    {JobEvent::Requeued,          "--W-W--WW--"},
};
// clang-format on

} // namespace

class TestJobTransition : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyPair_data();
    void everyPair();
    void theTableKnowsEveryEventOnce();
    void nothingLeadsOutOfAFinalState();
    void aCommittedJobCanOnlyBeDone();
};

void TestJobTransition::everyPair_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("event");
    QTest::addColumn<char>("next");
    for (const Row &row : table) {
        for (size_t i = 0; i < states.size(); ++i) {
            QTest::addRow("%s when %s", toString(row.event).data(), toString(states[i]).data())
                << int(states[i]) << int(row.event) << row.next[i];
        }
    }
}

void TestJobTransition::everyPair()
{
    QFETCH(int, state);
    QFETCH(int, event);
    QFETCH(char, next);
    const Result<JobState> result = transition(JobState(state), JobEvent(event));
    if (next == '-') {
        QVERIFY2(!result, "must be illegal");
        COMPARE_WORDS(result.error().code, ErrorCode::IllegalTransition);
    } else {
        QVERIFY2(result, qUtf8Printable(result ? QString() : result.error().detail));
        COMPARE_WORDS(*result, states[size_t(std::find(std::begin(letters), std::end(letters), next) - std::begin(letters))]);
    }
}

void TestJobTransition::theTableKnowsEveryEventOnce()
{
    for (size_t i = 0; i < std::size(table); ++i) {
        QCOMPARE(int(table[i].event), int(i));
        QCOMPARE(qstrlen(table[i].next), states.size());
    }
    QCOMPARE(int(JobEvent::Requeued) + 1, int(std::size(table)));
}

void TestJobTransition::nothingLeadsOutOfAFinalState()
{
    for (const JobState state : states) {
        for (const Row &row : table) {
            QVERIFY2(!isFinal(state) || !transition(state, row.event), toString(row.event).data());
        }
    }
}

void TestJobTransition::aCommittedJobCanOnlyBeDone()
{
    for (const Row &row : table) {
        QCOMPARE(transition(JobState::Publishing, row.event).has_value(), row.event == JobEvent::Finished);
    }
}

QTEST_APPLESS_MAIN(TestJobTransition)
#include "tst_jobtransition.moc"
