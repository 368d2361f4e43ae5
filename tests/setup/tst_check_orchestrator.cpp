// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/account.h"
#include "tests/nemesis/ground/mounts.h"
#include "tests/setup/setupground.h"
#include "tests/support/certificates.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QTcpServer>

#include <unistd.h>

namespace dtf {

using namespace Qt::StringLiterals;

/// `dtf-orchestrator --check` where one thing is broken: the row, the advice, the exit code.
class CheckOrchestrator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_mounts = ::geteuid() == 0 && ownMounts(); }

    void allInOrder();
    void noShare();
    void readOnlyShare();
    void fullShare();
    void hangingShare();
    void anotherShareThanBefore();
    void aNodesFolderIsGone();
    void portTaken();
    void tokensThatOthersCanRead();
    void nodesAndTokensThatDoNotMatch();
    void badToml();
    void damagedStore();
    void besideARunningOne();
    void certificates();
    void accountWithoutRights();
    void filesThatBelongToRoot();
    void anOlderStoreIsOnlyLookedAt();

private:
    bool m_mounts = false;
};

#define GROUND(name)                                                                                                             \
    SetupGround name;                                                                                                            \
    do {                                                                                                                         \
        const Ended done = name.setUpOrchestrator({u"--keep-going"_s});                                                          \
        QVERIFY2(done.code == 0, done.all().constData());                                                                        \
    } while (false)

#define NEEDS_MOUNTS                                                                                                             \
    if (!m_mounts) {                                                                                                             \
        QSKIP("only root can mount, and not everywhere");                                                                        \
    }

void CheckOrchestrator::allInOrder()
{
    GROUND(ground);
    const Ended ended = ground.checkOrchestrator();
    QVERIFY2(ended.code == 0, ended.all().constData());
    for (const CheckRow &row : ended.rows) {
        QVERIFY2(row.ok(), qPrintable(row.what + u": "_s + row.detail()));
    }
    ROW_IS(ended, "share rename race", Ok, "50 of 50", "");
    ROW_IS(ended, "port", Ok, "is free", "");
    ROW_IS(ended, "nodes", Ok, "1", "");
    const Ended text = ground.run(SetupGround::orchestratorProgram(), {u"--config"_s, ground.orchestratorConfig(), u"--check"_s});
    QCOMPARE(text.code, 0);
    QVERIFY2(text.out.contains("\nok       share writable"), text.out.constData());
}

void CheckOrchestrator::noShare()
{
    GROUND(ground);
    QVERIFY(QDir(ground.share()).removeRecursively());
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share", Failed, "is not there", "mount the share");
    QVERIFY(QDir().mkpath(ground.share())); // as a mount point without its mount
    const Ended empty = ground.checkOrchestrator();
    QCOMPARE(empty.code, 1);
    ROW_IS(empty, "share", Failed, "holds no DTF_SHARE_ID", "mount the share if it is not mounted");
    QVERIFY(QDir(ground.share()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void CheckOrchestrator::readOnlyShare()
{
    NEEDS_MOUNTS
    GROUND(ground);
    const Mount way = Mount::way(ground.share(), ground.share());
    QVERIFY(way.isMounted() && way.setReadOnly(true));
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share writable", Failed, "Read-only", "mounted read-only");
}

void CheckOrchestrator::fullShare()
{
    NEEDS_MOUNTS
    SetupGround ground;
    const Mount disk = Mount::memory(ground.share(), qint64 {4} * 1024 * 1024);
    QVERIFY(disk.isMounted());
    const Ended done = ground.setUpOrchestrator({u"--keep-going"_s, u"--no-start"_s}); // too small from the beginning
    QVERIFY2(done.code == 0 && done.out.contains("MB are needed"), done.all().constData());
    QVERIFY(fillUp(ground.share() + u"/filler"_s));
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share writable", Failed, "No space", "make room");
    ROW_IS(ended, "share space", Failed, "MB are needed", "make room");
}

void CheckOrchestrator::hangingShare()
{
    if (SANITIZED) {
        QSKIP("a sanitizer's runtime wants to be loaded first");
    }
    GROUND(ground);
    QVERIFY(writeFile(ground.share() + u".hang"_s, {}));
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"LD_PRELOAD"_s, QStringLiteral(HANGSHARE));
    QElapsedTimer took;
    took.start();
    const Ended ended = ground.check(SetupGround::orchestratorProgram(), {}, environment);
    qInfo("a hanging share was told after %lld ms", static_cast<long long>(took.elapsed()));
    QVERIFY(QFile::remove(ground.share() + u".hang"_s));
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share", Failed, "no answer for 8 s", "its server");
    ROW_IS(ended, "store", Ok, "", ""); // the others are told all the same
    QVERIFY(took.elapsed() < 60'000);
}

void CheckOrchestrator::anotherShareThanBefore()
{
    GROUND(ground);
    QVERIFY(ground.startOrchestrator());
    const QString store = ground.path(u"state/store.sqlite"_s);
    UNTIL(ground.orchestrator().output().contains("share"_L1), seconds(30));
    UNTIL(ground.checkOrchestrator().rows.value(u"store"_s).found.startsWith("in use"_L1), seconds(30));
    // It remembers the share as soon as it has seen it; the lease is made then.
    UNTIL(QFile::exists(ground.share() + u"/.dtf/lease-orchestrator"_s), seconds(30));
    QVERIFY(ground.orchestrator().stop());
    const Ended same = ground.checkOrchestrator();
    QVERIFY2(same.code == 0, same.all().constData());
    const QByteArray sentinel = contentOf(ground.share() + u"/DTF_SHARE_ID"_s);
    const QByteArray uuid = same.rows.value(u"share"_s).found.section(u"id "_s, 1).left(36).toLatin1();
    QVERIFY2(sentinel.contains(uuid), sentinel.constData());
    QVERIFY(replaceIn(ground.share() + u"/DTF_SHARE_ID"_s, uuid, "11111111-2222-4333-8444-555555555555"));
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share", Failed, "another share is mounted", "--adopt-share");
}

void CheckOrchestrator::aNodesFolderIsGone()
{
    GROUND(ground);
    QVERIFY(QDir(ground.share() + u"/processing/DTF-01"_s).removeRecursively());
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share folders", Failed, "processing/DTF-01", "--init-share");
}

void CheckOrchestrator::portTaken()
{
    GROUND(ground);
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost, ground.port()));
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "port", Failed, "in use", "choose another port");
}

void CheckOrchestrator::tokensThatOthersCanRead()
{
    GROUND(ground);
    const QString tokens = ground.path(u"etc/tokens.toml"_s);
    QVERIFY(QFile::setPermissions(tokens, QFile::permissions(tokens) | QFile::ReadOther));
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "access", Failed, "chmod 600", "");
}

void CheckOrchestrator::nodesAndTokensThatDoNotMatch()
{
    GROUND(ground);
    QVERIFY(replaceIn(ground.path(u"etc/tokens.toml"_s), "\"DTF-01\"", "\"DTF-88\""));
    const Ended ended = ground.checkOrchestrator();
    QVERIFY2(ended.code == 0, ended.all().constData()); // it would work for the others
    ROW_IS(ended, "nodes", Warning, "no token for DTF-01", "setup --node");
    ROW_IS(ended, "unknown nodes", Warning, "DTF-88", "[[node]]");
}

void CheckOrchestrator::badToml()
{
    GROUND(ground);
    QVERIFY(replaceIn(ground.orchestratorConfig(), "\nport = ", "\nprot = "));
    const int line =
        static_cast<int>(
            contentOf(ground.orchestratorConfig()).split('\n').indexOf("prot = " + QByteArray::number(ground.port())))
        + 1;
    Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.err.contains(":" + QByteArray::number(line) + ": listen.prot: is unknown; did you mean port?"),
        ended.err.constData());
    QVERIFY(replaceIn(ground.orchestratorConfig(), "\nprot = ", "\nport = ["));
    ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 2);
    QVERIFY2(ended.err.contains("orchestrator.toml:"), ended.err.constData());
    ended = ground.run(SetupGround::orchestratorProgram(), {u"--config"_s, ground.path(u"none.toml"_s), u"--check"_s});
    QCOMPARE(ended.code, 2);
}

void CheckOrchestrator::damagedStore()
{
    GROUND(ground);
    QVERIFY(writeFile(ground.path(u"state/store.sqlite"_s), QByteArray(9000, 'x')));
    const Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "store", Failed, "store.sqlite", "do not delete it");
    QCOMPARE(contentOf(ground.path(u"state/store.sqlite"_s)), QByteArray(9000, 'x'));
}

void CheckOrchestrator::besideARunningOne()
{
    GROUND(ground);
    QVERIFY(ground.startOrchestrator());
    const Ended ended = ground.checkOrchestrator();
    QVERIFY2(ended.code == 0, ended.all().constData());
    ROW_IS(ended, "store", Ok, "in use by a running orchestrator", "");
    ROW_IS(ended, "port", Ok, "running orchestrator", "");
    QVERIFY(ground.orchestrator().stop());
}

void CheckOrchestrator::certificates()
{
    GROUND(ground);
    Certificates certificates;
    const auto good = certificates.make({u"good"_s});
    Certificates::Wish old {u"old"_s};
    old.expired = true;
    const auto expired = certificates.make(old);
    QVERIFY(QFile::setPermissions(good.key, QFile::ReadOwner | QFile::WriteOwner));
    QVERIFY(QFile::setPermissions(expired.key, QFile::ReadOwner | QFile::WriteOwner));
    const QByteArray plain = contentOf(ground.orchestratorConfig());
    const auto use = [&](const Certificates::Made &made) {
        return writeFile(ground.orchestratorConfig(), plain)
            && replaceIn(ground.orchestratorConfig(), "#certificate = \"\"", "certificate = \"" + made.certificate.toUtf8() + '"')
            && replaceIn(ground.orchestratorConfig(), "#key = \"\"", "key = \"" + made.key.toUtf8() + '"');
    };
    QVERIFY(use(good));
    Ended ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 0);
    QVERIFY(ended.rows.value(u"certificate"_s).found.contains(good.fingerprint.toString()));
    QVERIFY(use(expired));
    ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "certificate", Failed, "EXPIRED", "renew it");
    QVERIFY(use(good) && QFile::setPermissions(good.key, QFile::permissions(good.key) | QFile::ReadOther));
    ended = ground.checkOrchestrator();
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "certificate", Failed, "chmod 600", "PEM");
}

void CheckOrchestrator::accountWithoutRights()
{
    if (::geteuid() != 0) {
        QSKIP("only root can try another account's rights");
    }
    GROUND(ground);
    const Ended closed = ground.check(SetupGround::orchestratorProgram(), {u"--user"_s, u"nobody"_s});
    QCOMPARE(closed.code, 1);
    ROW_IS(closed, "share", Failed, "the account nobody may not enter", "the right to (x)");
    QVERIFY(ground.letOthersLook());
    const Ended ended = ground.check(SetupGround::orchestratorProgram(), {u"--user"_s, u"nobody"_s});
    QCOMPARE(ended.code, 1);
    ROW_IS(ended, "share writable", Failed, "Permission denied", "account nobody");
    ROW_IS(ended, "store", Failed, "can't be written", "account nobody");
    QCOMPARE(ground.check(SetupGround::orchestratorProgram(), {u"--user"_s, u"no-such-account"_s}).code, 2);
}

/// Root can read them all, the service can't.
void CheckOrchestrator::filesThatBelongToRoot()
{
    if (::geteuid() != 0) {
        QSKIP("only root can try another account's rights");
    }
    GROUND(ground);
    QVERIFY(ground.startOrchestrator() && ground.orchestrator().stop());
    const Account nobody = findAccount(u"nobody"_s).value_or(Account {});
    const auto give = [&nobody](const QString &path) { return setOwner(path, nobody, 0700).has_value(); };
    QVERIFY(ground.letOthersLook() && give(ground.path(u"state"_s)) && give(ground.path(u"etc"_s)));
    const auto look = [&ground] { return ground.check(SetupGround::orchestratorProgram(), {u"--user"_s, u"nobody"_s}); };
    Ended ended = look();
    ROW_IS(ended, "store", Failed, "store.sqlite", "chown");
    ROW_IS(ended, "access", Failed, "the account nobody can't read", "chown nobody");
    for (const QString &file : QDir(ground.path(u"state"_s)).entryList(QDir::Files)) {
        QVERIFY(setOwner(ground.path(u"state/"_s + file), nobody, 0600));
    }
    QVERIFY(setOwner(ground.path(u"etc/tokens.toml"_s), nobody, 0600));
    ended = look();
    ROW_IS(ended, "store", Ok, "0 open jobs", "");
    ROW_IS(ended, "access", Ok, "2 tokens", "");
}

void CheckOrchestrator::anOlderStoreIsOnlyLookedAt()
{
    GROUND(ground);
    QVERIFY(ground.startOrchestrator() && ground.orchestrator().stop());
    const QString store = ground.path(u"state/store.sqlite"_s);
    QByteArray bytes = contentOf(store);
    bytes.replace(60, 4, QByteArray("\0\0\0\1", 4)); // the header's user_version, our schema's number
    QVERIFY(bytes != contentOf(store) && writeFile(store, bytes));
    const Ended ended = ground.checkOrchestrator();
    ROW_IS(ended, "store", Ok, "of an older version", "");
    QCOMPARE(contentOf(store), bytes);
}

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::CheckOrchestrator)
#include "tst_check_orchestrator.moc"
