// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/migrations.h"
#include "storefixture.h"

using namespace dtf;
using namespace dtf::test;
using namespace Qt::StringLiterals;

/// From any older schema to today's, step by step, each step whole or not at all.
class TestMigrations final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oursAreNumberedWithoutGaps();
    void statementsAreSplit();
    void stepsBuildOnEachOther();
    void aFailedStepLeavesNoTrace();
    void alertsOfVersion1AreSeenByNobody();
};

void TestMigrations::oursAreNumberedWithoutGaps()
{
    const QList<Migration> ours = storeMigrations();
    QVERIFY(!ours.isEmpty());
    for (qsizetype i = 0; i < ours.size(); ++i) {
        QCOMPARE(ours[i].number, int(i + 1));
        QVERIFY(!splitStatements(ours[i].sql).isEmpty());
    }
}

void TestMigrations::statementsAreSplit()
{
    const QList<QByteArray> found =
        splitStatements("-- a; comment\nCREATE TABLE a (\n  x INTEGER -- with; this\n);\n\n"
                        "CREATE TRIGGER t\nBEGIN\n  SELECT 1;\n  SELECT 2;\nEND;\nSELECT 3;\nunfinished");
    QCOMPARE(found.size(), 4);
    QCOMPARE(found[0], "CREATE TABLE a (\nx INTEGER\n);\n");
    QCOMPARE(found[1], "CREATE TRIGGER t\nBEGIN\nSELECT 1;\nSELECT 2;\nEND;\n");
    QCOMPARE(found[2], "SELECT 3;\n");
    QCOMPARE(found[3], "unfinished\n");
}

void TestMigrations::stepsBuildOnEachOther()
{
    StoreFixture fixture;
    auto connection = Connection::open(fixture.path(), Connection::Mode::Owner);
    QVERIFY(connection);
    const Migration first {1, "CREATE TABLE t (a INTEGER);\nINSERT INTO t VALUES (7);"};
    const Migration second {2, "ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 5;"};
    QCOMPARE(migrate(**connection, {first}).value(), 0);
    QCOMPARE(migrate(**connection, {first, second}).value(), 1);
    QCOMPARE((*connection)->number(u"SELECT a + b FROM t"_s).value(), 12);
    QCOMPARE(migrate(**connection, {first, second}).value(), 2); // nothing to do
    QCOMPARE((*connection)->number(u"SELECT count(*) FROM t"_s).value(), 1);
    QCOMPARE(word(migrate(**connection, {first}).error().code), word(ErrorCode::VersionMismatch));
}

void TestMigrations::aFailedStepLeavesNoTrace()
{
    StoreFixture fixture;
    auto connection = Connection::open(fixture.path(), Connection::Mode::Owner);
    QVERIFY(connection);
    const Migration first {1, "CREATE TABLE t (a INTEGER);"};
    const Migration bad {2, "CREATE TABLE u (a INTEGER);\nINSERT INTO nowhere VALUES (1);"};
    const auto result = migrate(**connection, {first, bad});
    QVERIFY(!result);
    QVERIFY2(result.error().detail.startsWith(u"migration 2"_s), qPrintable(result.error().detail));
    QCOMPARE((*connection)->number(u"PRAGMA user_version"_s).value(), 1);
    QCOMPARE((*connection)->number(u"SELECT count(*) FROM sqlite_schema"_s).value(), 1);
    const Migration good {2, "CREATE TABLE u (a INTEGER);"};
    QCOMPARE(migrate(**connection, {first, good}).value(), 1); // and can be done better later
}

void TestMigrations::alertsOfVersion1AreSeenByNobody()
{
    StoreFixture fixture;
    {
        auto connection = Connection::open(fixture.path(), Connection::Mode::Owner);
        QVERIFY(connection);
        QVERIFY(migrate(**connection, storeMigrations().first(1)));
        QVERIFY((*connection)
                    ->run(u"INSERT INTO alert (kind, subject, severity, since, detail) VALUES "
                          "('node-lost', x'4454462D3031', 'critical', 5, x'61')"_s));
    }
    QVERIFY(fixture.open());
    QCOMPARE(fixture.snapshot.alerts.size(), 1);
    QCOMPARE(fixture.snapshot.alerts.first().subject, "DTF-01");
    QVERIFY(!fixture.snapshot.alerts.first().acknowledged);
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
