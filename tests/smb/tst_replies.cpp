// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localsharefs.h"
#include "tests/smb/ownground.h"
#include "tests/smb/smbground.h"
#include "tests/smb/smbproxy.h"
#include "tests/support/agentprocess.h"
#include "tests/support/comparewords.h"
#include "tests/support/sharelook.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <csignal>
#include <future>

namespace dtf {

using namespace Qt::StringLiterals;

/// What was done on the server and reported as failed, or not at all.
class SmbReplies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_OWN_GROUND(); }
    void aLostReplyIsNoFailure_data();
    void aLostReplyIsNoFailure();
    void aServerProcessThatDiesInBetween();
};

namespace {

const NodeName node = *NodeName::parse("DTF-01");
const ShareTiming timing {seconds(30), SmbGround::cacheLifetime};

/// A served share with one token in the node's folder.
struct Ground
{
    SmbGround smb;
    QString served = smb.folder() + u"/served"_s;
    LocalShareFs server {served, ShareTiming {milliseconds(0), milliseconds(0)}};
    ShareLook look {served.toStdString()};

    [[nodiscard]] bool begin() { return QDir().mkpath(served) && smb.startServer(served) && server.initialise({node}); }
    [[nodiscard]] bool put(const TokenName &token) const
    {
        return writeFile(served + u'/' + QString::fromUtf8(layout::assigned(node, token)), token.job.toBytes26());
    }
};

TokenName freshToken()
{
    static JobIdGenerator ids;
    TokenName token;
    token.job = ids.next(SystemClock().now().wall);
    token.epoch = 1;
    token.name = "file.csv";
    return token;
}

SharePath claimedPath(TokenName token)
{
    token.boot = *BootId::parse("aaaaaaaa");
    return layout::running(node, token);
}

} // namespace

void SmbReplies::aLostReplyIsNoFailure_data()
{
    QTest::addColumn<QByteArray>("order");
    QTest::newRow("rename applied, reply lost, connection cut") << QByteArray("lose-rename cut");
    if (qEnvironmentVariableIsSet("DTF_TEST_LONG")) { // the client waits three times for a server that says nothing: 45 s
        QTest::newRow("rename applied, reply lost, connection half-open") << QByteArray("lose-rename hold");
    }
    QTest::newRow("reply to the open before it lost, connection cut") << QByteArray("lose-create cut");
}

/// B1. Whatever the client says, the mover knows in the end that it has moved it, and moved it once.
void SmbReplies::aLostReplyIsNoFailure()
{
    QFETCH(QByteArray, order);
    Ground ground;
    QVERIFY(ground.begin());
    SmbProxy proxy(ground.smb);
    QVERIFY(ground.smb.mount(u"agent"_s, proxy.address()));
    LocalShareFs agent(ground.smb.root(u"agent"_s, proxy.address()), timing);
    const TokenName first = freshToken();
    const TokenName token = freshToken();
    QVERIFY(ground.put(first) && ground.put(token));
    COMPARE_WORDS(agent.atomicMove(layout::assigned(node, first), claimedPath(first)).outcome, MoveOutcome::Moved);

    proxy.order(order.constData());
    QElapsedTimer time;
    time.start();
    MoveResult result;
    int tries = 0;
    do { // in doubt, the product asks again: the same rename with the same unique target
        result = agent.atomicMove(layout::assigned(node, token), claimedPath(token));
        ++tries;
    } while (tries < 10 && result.outcome != MoveOutcome::Moved && result.outcome != MoveOutcome::Lost);
    qInfo("%s after %d tries and %lld ms, %s", toString(result.outcome).data(), tries, time.elapsed(),
        result.verified ? "found by a look" : "by a good answer");
    QCOMPARE(proxy.lostReplies(), 1);
    COMPARE_WORDS(result.outcome, MoveOutcome::Moved);
    QCOMPARE(ground.look.contentOf(claimedPath(token)), token.job.toBytes26());
    QCOMPARE(ground.look.tokens().size(), 2);
}

/// A14. The server's process of this client is killed, over and over, while renames are under way.
void SmbReplies::aServerProcessThatDiesInBetween()
{
    Ground ground;
    QVERIFY(ground.begin());
    QVERIFY(ground.smb.mount(u"agent"_s));
    const QString root = ground.smb.root(u"agent"_s);
    QList<TokenName> tokens;
    for (int n = 0; n < 300; ++n) {
        tokens.append(freshToken());
        QVERIFY(ground.put(tokens.last()));
    }
    std::atomic<int> moved {0};
    std::future<QStringList> mover = std::async(std::launch::async, [&] {
        LocalShareFs agent(root, timing);
        QStringList wrong;
        for (const TokenName &token : tokens) {
            MoveResult result;
            int tries = 0;
            do {
                result = agent.atomicMove(layout::assigned(node, token), claimedPath(token));
            } while (++tries < 60 && result.outcome != MoveOutcome::Moved && result.outcome != MoveOutcome::Lost);
            if (result.outcome != MoveOutcome::Moved) {
                wrong += token.job.toString() + u' ' + toString(result.outcome);
            }
            ++moved;
        }
        return wrong;
    });
    int kills = 0;
    for (int at = 30; at < 300; at += 100) {
        UNTIL(moved >= at, seconds(120));
        for (const qint64 pid : ground.smb.sessions()) {
            ::kill(static_cast<pid_t>(pid), SIGKILL);
            ++kills;
        }
    }
    const QStringList wrong = mover.get();
    qInfo("%d processes of the server were killed", kills);
    QVERIFY(kills >= 3);
    QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(u'\n')));
    QCOMPARE(ground.look.tokens("running").size(), tokens.size());
    QCOMPARE(ground.look.tokens().size(), tokens.size());
}

} // namespace dtf

SMB_TEST_MAIN(dtf::SmbReplies)
#include "tst_replies.moc"
