// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/auditverify.h"
#include "storefixture.h"

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// The audit is a chain: what was written is what is read, and whoever changes it is found out.
class TestChain final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hashIsTheDocumentedOne();
    void noTwoRowsHaveOneForm();
    void commitNumbersAndChains();
    void triggersForbidChanges_data();
    void triggersForbidChanges();
    void tamperingIsFound_data();
    void tamperingIsFound();
    void verifyRunsBesideTheOwner();
    void verifyReadsAClosedDatabase();
    void rememberedHeadShowsACutEnd();
    void verifyOfSomethingElseIsAnError();
};

/// Computed once by another program from the description in auditchain.h.
void TestChain::hashIsTheDocumentedOne()
{
    AuditEvent first = auditEvent(AuditKind::JobAccepted, jobId(7), "incoming/A.csv");
    const QByteArray hash = chainHash(AuditHead {}.hash, fieldsOf(1, first));
    QCOMPARE(hash.toHex(), "6796477c6b2e82832152b1ab2563596c172328063efb6ff5c930cd0e0119035a");
    AuditEvent second;
    second.kind = AuditKind::DispatchPaused;
    second.time = {1'700'000'000'001};
    second.actor = "operator:anna";
    second.detail = "f\xc3\xbcr heute";
    QCOMPARE(chainHash(hash, fieldsOf(2, second)).toHex(), "fdad122b2d214544a09b1b590c80161ab608f6e1be258bc40fef16044a25b503");
}

void TestChain::noTwoRowsHaveOneForm()
{
    AuditFields left;
    left.actor = "ab";
    left.detail = "c";
    AuditFields right;
    right.actor = "a";
    right.detail = "bc";
    QVERIFY(canonicalForm(left) != canonicalForm(right));
}

void TestChain::commitNumbersAndChains()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    const auto first = fixture.commit(batchOf(1, 2, 2));
    const auto second = fixture.commit(batchOf(3, 1, 1));
    QVERIFY(first && second);
    QList<AuditRow> rows = first->audit + second->audit;
    QCOMPARE(rows.size(), 5);
    AuditHead head;
    for (const AuditRow &row : std::as_const(rows)) {
        QCOMPARE(row.seq, head.seq + 1);
        QCOMPARE(row.hash, chainHash(head.hash, fieldsOf(row.seq, row.event)));
        head = {row.seq, row.hash};
    }
    QVERIFY(fixture.open()); // numbering and chain go on after a restart
    QCOMPARE(fixture.snapshot.lastAuditSeq, 5);
    const auto third = fixture.commit(batchOf(4, 1, 1));
    QVERIFY(third);
    QCOMPARE(third->audit.first().hash, chainHash(head.hash, fieldsOf(6, third->audit.first().event)));
}

void TestChain::triggersForbidChanges_data()
{
    QTest::addColumn<QString>("statement");
    QTest::newRow("update") << u"UPDATE audit SET detail = x'00' WHERE seq = 1"_s;
    QTest::newRow("delete") << u"DELETE FROM audit WHERE seq = 3"_s;
    QTest::newRow("replace")
        << u"INSERT OR REPLACE INTO audit SELECT 2, time, kind, job, epoch, node, actor, detail, hash FROM audit WHERE seq = 1"_s;
    QTest::newRow("gap")
        << u"INSERT INTO audit SELECT 9, time, kind, job, epoch, node, actor, detail, hash FROM audit WHERE seq = 1"_s;
}

void TestChain::triggersForbidChanges()
{
    QFETCH(QString, statement);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 3)));
    fixture.close();
    QVERIFY(!fixture.sql(statement));
    const auto verdict = verifyAudit(fixture.path());
    QVERIFY(verdict && verdict->ok);
    QCOMPARE(verdict->rows, 3);
}

void TestChain::tamperingIsFound_data()
{
    QTest::addColumn<QString>("statement");
    QTest::addColumn<qint64>("firstBad");
    const QString free = u"DROP TRIGGER audit_no_update;;DROP TRIGGER audit_no_delete;;DROP TRIGGER audit_in_order;;"_s;
    QTest::newRow("detail") << free + u"UPDATE audit SET detail = x'41' WHERE seq = 1500"_s << qint64(1'500);
    QTest::newRow("time") << free + u"UPDATE audit SET time = time + 1 WHERE seq = 1"_s << qint64(1);
    QTest::newRow("kind") << free + u"UPDATE audit SET kind = 'job.done' WHERE seq = 2"_s << qint64(2);
    QTest::newRow("actor") << free + u"UPDATE audit SET actor = x'6F' WHERE seq = 3"_s << qint64(3);
    QTest::newRow("job") << free + u"UPDATE audit SET job = x'' WHERE seq = 4"_s << qint64(4);
    QTest::newRow("hash") << free + u"UPDATE audit SET hash = zeroblob(32) WHERE seq = 5"_s << qint64(5);
    QTest::newRow("row removed") << free + u"DELETE FROM audit WHERE seq = 1000"_s << qint64(1'000);
    QTest::newRow("first row removed") << free + u"DELETE FROM audit WHERE seq = 1"_s << qint64(1);
    QTest::newRow("row moved") << free + u"UPDATE audit SET seq = 90000 WHERE seq = 2000"_s << qint64(2'000);
    QTest::newRow("row before the first") << free
            + u"INSERT INTO audit SELECT 0, time, kind, job, epoch, node, actor, detail, hash FROM audit WHERE seq = 1"_s
                                          << qint64(1);
    QTest::newRow("row added") << free
            + u"INSERT INTO audit SELECT 2501, time, kind, job, epoch, node, actor, detail, hash FROM audit WHERE seq = 1"_s
                               << qint64(2'501);
}

void TestChain::tamperingIsFound()
{
    QFETCH(QString, statement);
    QFETCH(qint64, firstBad);
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 2'500)));
    fixture.close();
    QVERIFY(verifyAudit(fixture.path())->ok);
    QVERIFY(fixture.sql(statement));
    const auto verdict = verifyAudit(fixture.path());
    QVERIFY(verdict);
    QVERIFY(!verdict->ok);
    QCOMPARE(verdict->firstBad, firstBad);
    QCOMPARE(verdict->rows, firstBad - 1);
    QVERIFY(!verdict->why.isEmpty());
}

void TestChain::verifyRunsBesideTheOwner()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 1'000, 2)));
    const auto verdict = verifyAudit(fixture.path());
    QVERIFY(verdict && verdict->ok);
    QCOMPARE(verdict->rows, 2'000);
    const auto after = fixture.commit(batchOf(2'000, 1));
    QVERIFY(after); // it holds nothing that stops the owner
    QCOMPARE(after->audit.first().seq, 2'001);
    QCOMPARE(verifyAudit(fixture.path())->head.hash, after->audit.first().hash);
}

void TestChain::verifyReadsAClosedDatabase()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    fixture.close();
    const auto empty = verifyAudit(fixture.path());
    QVERIFY(empty && empty->ok);
    QCOMPARE(empty->rows, 0);
    QCOMPARE(empty->head.hash, QByteArray(32, '\0'));
    QVERIFY(fixture.open()); // what the reader left behind does not disturb
}

void TestChain::rememberedHeadShowsACutEnd()
{
    StoreFixture fixture;
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(1, 5)));
    const AuditHead remembered = verifyAudit(fixture.path())->head;
    QCOMPARE(remembered.seq, 5);
    QVERIFY(fixture.commit(batchOf(6, 5)));
    fixture.close();
    QVERIFY(verifyAudit(fixture.path(), remembered)->ok);
    QVERIFY(fixture.sql(u"DROP TRIGGER audit_no_delete;;DELETE FROM audit WHERE seq > 4"_s));
    QVERIFY(verifyAudit(fixture.path())->ok); // by itself a shortened chain is a chain
    const auto cut = verifyAudit(fixture.path(), remembered);
    QVERIFY(cut && !cut->ok);
    QCOMPARE(cut->firstBad, 5);
    // and one that was written anew after the cut is none that was remembered
    QVERIFY(fixture.open());
    QVERIFY(fixture.commit(batchOf(100, 5)));
    QVERIFY(verifyAudit(fixture.path())->ok);
    const auto rewritten = verifyAudit(fixture.path(), remembered);
    QVERIFY(rewritten && !rewritten->ok);
    QCOMPARE(rewritten->firstBad, 5);
}

void TestChain::verifyOfSomethingElseIsAnError()
{
    StoreFixture fixture;
    QCOMPARE(word(verifyAudit(fixture.path()).error().code), word(ErrorCode::NotFound));
    QVERIFY(fixture.sql(u"CREATE TABLE audit (seq INTEGER)"_s));
    QCOMPARE(word(verifyAudit(fixture.path()).error().code), word(ErrorCode::InvalidArgument));
}

QTEST_GUILESS_MAIN(TestChain)
#include "tst_chain.moc"
