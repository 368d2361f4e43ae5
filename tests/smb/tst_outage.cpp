// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/ownground.h"
#include "tests/smb/smbfleet.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

/// The file server hangs, dies and comes back while jobs flow.
class SmbOutage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_OWN_GROUND(); }
    void aHangingServerIsNoticedAndGotOver();
    void aKilledServerIsNoticedAndGotOver();
};

namespace {

// The bounds of the issue are 10 s and 15 s; what is measured is printed, and only what is far beyond fails on a loaded machine.
constexpr seconds noticeBound {20};
constexpr seconds recoveryBound {45};

/// Waits for something while asking the orchestrator all the time; keeps the slowest answer.
class Watch
{
public:
    explicit Watch(Fleet &fleet)
        : m_fleet(fleet)
    { }
    template <typename Condition> bool until(Condition condition, milliseconds deadline)
    {
        m_since.start();
        return dtf::until(
            [&] {
                QElapsedTimer answer;
                answer.start();
                const StateView state = m_fleet.api().state();
                m_slowest = std::max(m_slowest, answer.elapsed());
                m_answered = m_answered && !state.summary.orchestratorBoot.isEmpty();
                return condition(state);
            },
            deadline);
    }
    [[nodiscard]] qint64 elapsed() const { return m_since.elapsed(); }
    [[nodiscard]] qint64 slowest() const { return m_slowest; }
    [[nodiscard]] bool alwaysAnswered() const { return m_answered; }

private:
    Fleet &m_fleet;
    QElapsedTimer m_since;
    qint64 m_slowest = 0;
    bool m_answered = true;
};

bool everybodySays(const StateView &state, bool ok)
{
    return !state.nodes.isEmpty() && state.summary.shareOk == ok
        && std::all_of(state.nodes.begin(), state.nodes.end(), [ok](const NodeView &n) { return n.beat.shareOk == ok; });
}

void outage(SmbFleet &smb, const std::function<void()> &breakIt, const std::function<bool()> &healIt)
{
    QVERIFY2(smb.begin(), smb.problem());
    Fleet &fleet = smb.fleet();
    for (int n = 0; n < 8; ++n) {
        fleet.drop("file-" + QByteArray::number(n) + ".csv", "a;b\n" + QByteArray::number(n) + '\n');
    }
    UNTIL(fleet.api().count(JobState::Done) >= 1, seconds(60));
    Watch watch(fleet);
    breakIt();
    QVERIFY2(watch.until([](const StateView &state) { return everybodySays(state, false); }, noticeBound),
        "the outage was not noticed by everybody");
    qInfo("noticed by everybody after %lld ms", watch.elapsed());
    // No node is lost for it, and nothing new is begun.
    QVERIFY(stays(
        [&] {
            const StateView state = fleet.api().state();
            return std::all_of(state.nodes.begin(), state.nodes.end(),
                [](const NodeView &n) { return n.state != u"lost"_s && n.heartbeatAgeMs < 10'000; });
        },
        seconds(5)));
    fleet.drop("late.csv", "a;b\nlate\n"); // written on the server itself
    QVERIFY(healIt());
    QVERIFY2(watch.until([](const StateView &state) { return everybodySays(state, true); }, recoveryBound),
        "not everybody saw that it was over");
    qInfo("over for everybody after %lld ms; slowest answer of the orchestrator meanwhile %lld ms", watch.elapsed(),
        watch.slowest());
    QVERIFY(watch.alwaysAnswered());
    QVERIFY2(watch.slowest() < 5'000, "the orchestrator's loop was blocked");
    UNTIL(fleet.allDone(9), seconds(120));
    ALL_IS_WELL(fleet);
}

const QStringList work {u"/bin/sh"_s, u"-c"_s, u"sleep 1; cp \"$DTF_FILE\" \"$DTF_OUT/result.csv\""_s};

} // namespace

void SmbOutage::aHangingServerIsNoticedAndGotOver()
{
    SmbFleet smb(2, work);
    outage(
        smb, [&] { smb.ground().signalServer(SIGSTOP); },
        [&] {
            smb.ground().signalServer(SIGCONT);
            return true;
        });
}

void SmbOutage::aKilledServerIsNoticedAndGotOver()
{
    SmbFleet smb(2, work);
    outage(
        smb, [&] { smb.ground().killServer(); }, [&] { return smb.ground().startServer(smb.fleet().sharePath()); });
}

} // namespace dtf

SMB_TEST_MAIN(dtf::SmbOutage)
#include "tst_outage.moc"
