// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/smb/ownground.h"
#include "tests/smb/smbground.h"
#include "tests/support/agentprocess.h"
#include "tests/support/sharelook.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSet>
#include <QTest>

#include <barrier>
#include <future>
#include <thread>

namespace dtf {

using namespace Qt::StringLiterals;

/// An agent's claim against the orchestrator's revoke, both through SMB clients of their own, on the same token at the same time.
class SmbRaces : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_OWN_GROUND(); }
    void exactlyOneWins();
};

namespace {

const NodeName claimer = *NodeName::parse("DTF-01");
const NodeName other = *NodeName::parse("DTF-02");

struct Counts
{
    int claimed = 0;
    int revoked = 0;
    int both = 0;
    int nobody = 0;
    int unclear = 0; ///< at least one said neither moved nor lost
    int wrongPlace = 0; ///< the token is not where the only winner put it

    Counts &operator+=(const Counts &more)
    {
        claimed += more.claimed;
        revoked += more.revoked;
        both += more.both;
        nobody += more.nobody;
        unclear += more.unclear;
        wrongPlace += more.wrongPlace;
        return *this;
    }
};

/// Two clients and their rounds: in each a fresh token lies in the claimer's folder, and both are let go at the same moment.
Counts race(const std::string &served, const QString &agentRoot, const QString &orchestratorRoot, JobIdGenerator ids, int rounds)
{
    // Looks go to the server here, so the loser need not wait for caches to die; 0 would mean a local disk.
    const ShareTiming timing {seconds(30), milliseconds(1)};
    LocalShareFs agent(agentRoot, timing);
    LocalShareFs orchestrator(orchestratorRoot, timing);
    const ShareLook look(served);
    std::barrier together(2);
    SharePath source;
    SharePath claimTarget;
    SharePath revokeTarget;
    bool over = false;
    MoveResult claim;
    std::thread agentThread([&] {
        for (;;) {
            together.arrive_and_wait();
            if (over) {
                return;
            }
            claim = agent.atomicMove(source, claimTarget);
            together.arrive_and_wait();
        }
    });
    Counts counts;
    for (int round = 0; round < rounds; ++round) {
        TokenName token;
        token.job = ids.next(SystemClock().now().wall);
        token.epoch = 1;
        token.name = "file.csv";
        source = layout::assigned(claimer, token);
        const QByteArray content = token.job.toBytes26();
        if (!writeFile(QString::fromStdString(served) + u'/' + QString::fromUtf8(source), content)) {
            qFatal("a token can't be written");
        }
        TokenName claimed = token;
        claimed.boot = *BootId::parse("aaaaaaaa");
        claimTarget = layout::running(claimer, claimed);
        TokenName moved = token;
        moved.epoch = 2;
        revokeTarget = layout::assigned(other, moved);
        together.arrive_and_wait();
        const MoveResult revoke = orchestrator.atomicMove(source, revokeTarget);
        together.arrive_and_wait();

        const bool a = claim.outcome == MoveOutcome::Moved;
        const bool o = revoke.outcome == MoveOutcome::Moved;
        counts.claimed += a;
        counts.revoked += o;
        counts.both += a && o;
        counts.nobody += !a && !o;
        counts.unclear += (!a && claim.outcome != MoveOutcome::Lost) || (!o && revoke.outcome != MoveOutcome::Lost);
        const bool atClaim = look.contentOf(claimTarget) == content;
        const bool atRevoke = look.contentOf(revokeTarget) == content;
        counts.wrongPlace += a != o && (a ? !atClaim || atRevoke : atClaim || !atRevoke);
    }
    over = true;
    together.arrive_and_wait();
    agentThread.join();
    return counts;
}

} // namespace

void SmbRaces::exactlyOneWins()
{
    // A pair whose opens collide waits for seconds (smbnetfs takes a sharing violation for a lost server), so many pairs race.
    const bool isLong = qEnvironmentVariableIsSet("DTF_TEST_LONG");
    const int pairs = isLong ? 10 : 5;
    const int rounds = isLong ? 10'000 : 500;
    SmbGround ground;
    const QString served = ground.folder() + u"/served"_s;
    QVERIFY(QDir().mkpath(served) && ground.startServer(served));
    LocalShareFs server(served, ShareTiming {milliseconds(0), milliseconds(0)});
    QVERIFY(server.initialise({claimer, other}));
    for (int pair = 0; pair < pairs; ++pair) {
        QVERIFY(ground.mount(u"agent-%1"_s.arg(pair)) && ground.mount(u"orchestrator-%1"_s.arg(pair)));
    }
    QElapsedTimer time;
    time.start();
    Counts counts;
    std::vector<std::future<Counts>> running;
    for (int pair = 0; pair < pairs; ++pair) {
        running.push_back(std::async(std::launch::async, [&, pair] {
            return race(served.toStdString(), ground.root(u"agent-%1"_s.arg(pair)), ground.root(u"orchestrator-%1"_s.arg(pair)),
                JobIdGenerator(), rounds / pairs);
        }));
    }
    for (std::future<Counts> &pair : running) {
        counts += pair.get();
    }
    qInfo("%d rounds in %lld ms: claim won %d, revoke won %d, both %d, nobody %d, unclear %d, wrong place %d", rounds,
        time.elapsed(), counts.claimed, counts.revoked, counts.both, counts.nobody, counts.unclear, counts.wrongPlace);
    QCOMPARE(counts.both, 0);
    QCOMPARE(counts.nobody, 0);
    QCOMPARE(counts.wrongPlace, 0);
    QCOMPARE(counts.claimed + counts.revoked, rounds);
    const QList<PlacedToken> tokens = ShareLook(served.toStdString()).tokens();
    QCOMPARE(tokens.size(), rounds); // nothing lost
    QSet<JobId> jobs;
    for (const PlacedToken &token : tokens) {
        jobs.insert(token.token.job);
    }
    QCOMPARE(jobs.size(), rounds); // nothing doubled
}

} // namespace dtf

SMB_TEST_MAIN(dtf::SmbRaces)
#include "tst_races.moc"
