// SPDX-License-Identifier: GPL-3.0-or-later
// One archive with all that is known of a file, made by the real program from a real control plane and read with libzip.
#include "console/evidence/entryname.h"
#include "console/evidence/evidencerun.h"
#include "tests/console/ctl/ctlfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <zip.h>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

constexpr char jobId[] = "01JDCQ5T3M8YZKX4W9RVN7B2HC";

/// name → content; empty when it is no archive.
QMap<QString, QByteArray> unpacked(const QString &path)
{
    QMap<QString, QByteArray> all;
    zip_t *archive = zip_open(QFile::encodeName(path).constData(), ZIP_RDONLY, nullptr);
    if (!archive) {
        return all;
    }
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
        zip_stat_t stat;
        zip_stat_index(archive, zip_uint64_t(i), 0, &stat);
        QByteArray bytes(qsizetype(stat.size), Qt::Uninitialized);
        zip_file_t *file = zip_fopen_index(archive, zip_uint64_t(i), 0);
        zip_fread(file, bytes.data(), stat.size);
        zip_fclose(file);
        all.insert(QString::fromUtf8(stat.name), bytes);
    }
    zip_discard(archive);
    return all;
}

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

} // namespace

class TestEvidence : public QObject
{
    Q_OBJECT

    std::unique_ptr<CtlFixture> m;

private Q_SLOTS:
    void init()
    {
        m = std::make_unique<CtlFixture>();
        JobView job;
        job.job = *JobId::parse(jobId);
        job.name = u"Agency \u202ecsv.exe"_s;
        job.state = JobState::Done;
        job.epoch = 2;
        job.sha256 = sha256("input");
        m->fleet.files = {job};
        m->fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        m->fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        m->fleet.view.summary.time = {1'795'435'300'000};
        m->fleet.check = {false, {1'795'435'300'000}, 3, true, 0, {}};
        m->fleet.logBytes = "row 1 sent\nrow 2 sent\n";
        AttemptView second;
        second.epoch = 2;
        second.node = *NodeName::parse("DTF-02");
        second.outcome = u"done"_s;
        second.ran = true;
        second.started = {1'795'435'200'000};
        AttemptView first = second;
        first.epoch = 1;
        first.outcome = u"requeued"_s;
        first.ran = false;
        m->fleet.tries = {second, first};
        m->fleet.published.place = u"completed/2026-11-25/x"_s;
        m->fleet.published.files = {
            {u"../../etc/passwd"_s, 22, sha256("row 1 sent\nrow 2 sent\n")}, {u"other.csv"_s, 22, sha256("something else")}};
        for (int i = 1; i <= 3; ++i) {
            AuditRow row {i, {}, QByteArray(32, 'h')};
            row.event.kind = AuditKind::JobAccepted;
            row.event.job = job.job;
            row.event.actor = "orchestrator";
            row.event.detail = i == 2 ? "=cmd|' /C calc'!A0" : "row";
            row.event.time = {1'795'435'200'000 + i};
            m->fleet.rows.append(row);
        }
    }

    void all_of_it_is_in_one_archive()
    {
        const QString path = m->path("evidence.zip");
        ENDS(m->run({u"evidence"_s, QString::fromLatin1(jobId), path}), 1); // written, but a result is not what it should be
        const auto parts = unpacked(path);
        QCOMPARE(parts.keys(),
            QStringList({u"audit.csv"_s, u"evidence.json"_s, u"evidence.txt"_s, u"logs/attempt-2-DTF-02.log"_s,
                u"results/_.._.._etc_passwd"_s, u"results/other.csv"_s}));
        QCOMPARE(parts[u"logs/attempt-2-DTF-02.log"_s], m->fleet.logBytes);
        QCOMPARE(parts[u"results/_.._.._etc_passwd"_s], m->fleet.logBytes);
        const QString text = QString::fromUtf8(parts[u"evidence.txt"_s]);
        SAYS(text, u"Agency \\u{202e}csv.exe"_s);
        SAYS(text, QString::fromLatin1(sha256("input")));
        SAYS(text, u"all 3 rows of the audit are there and unchanged"_s);
        SAYS(text, u"its bytes have this hash"_s);
        SAYS(text, u"ITS BYTES DO NOT HAVE THIS HASH"_s);
        SAYS(text, u"no script was started"_s);
        const QByteArray csv = parts[u"audit.csv"_s];
        QCOMPARE(csv.count('\n'), 4);
        QVERIFY(!csv.contains(",=cmd")); // no formula for a spreadsheet
        const QJsonObject json = QJsonDocument::fromJson(parts[u"evidence.json"_s]).object();
        QCOMPARE(json[u"audit"_s].toArray().size(), 3);
        QCOMPARE(json[u"missing"_s].toArray().size(), 1); // the bytes that differ
    }

    void whole_evidence_ends_well()
    {
        m->fleet.published.files.removeLast();
        const QString path = m->path("whole.zip");
        ENDS(m->run({u"evidence"_s, QString::fromLatin1(jobId), path}), 0);
        QCOMPARE(unpacked(path).size(), 5);
    }

    void a_file_that_is_not_known_gives_no_archive()
    {
        const QString path = m->path("evidence.zip");
        ENDS(m->run({u"evidence"_s, u"01JDCQ5T3M8YZKX4W9RVN7B2HZ"_s, path}), 5);
        QVERIFY(!QFile::exists(path));
    }

    void a_place_that_cant_be_written_is_named()
    {
        const CtlEnd end = m->run({u"evidence"_s, QString::fromLatin1(jobId), m->path("no/such/folder/e.zip")});
        ENDS(end, 2);
        SAYS(end.err, u"can't be written"_s);
    }

    void names_stay_in_their_folder_and_apart()
    {
        QSet<QString> taken;
        QCOMPARE(entryName(u"a.csv"_s, taken), u"a.csv"_s);
        QCOMPARE(entryName(u"A.csv"_s, taken), u"A (2).csv"_s);
        QCOMPARE(entryName(u"..\\..\\x"_s, taken), u"_.._.._x"_s);
        QCOMPARE(entryName(u"con.txt"_s, taken), u"_con.txt"_s);
        QCOMPARE(entryName(u""_s, taken), u"_"_s);
        QCOMPARE(entryName(u"a\u202eb\nc"_s, taken), u"a_b_c"_s);
        QVERIFY(entryName(QString(5'000, u'x') + u".csv"_s, taken).endsWith(u".csv"_s));
    }

    void a_client_that_goes_ends_it()
    {
        auto client = std::make_unique<OrchestratorClient>(
            OrchestratorClient::Options {QUrl(u"http://127.0.0.1:%1"_s.arg(m->port())), "operator-token-0123456789abcdef"});
        m->fleet.silent = true;
        EvidenceRun run(*client, {*JobId::parse(jobId), m->path("gone.zip"), {}, {}});
        QSignalSpy finished(&run, &EvidenceRun::finished);
        run.start();
        client.reset();
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(finished[0][0].value<EvidenceRun::Sum>().error.has_value());
        QVERIFY(!QFile::exists(m->path("gone.zip")));
    }
};

QTEST_GUILESS_MAIN(TestEvidence)
#include "tst_evidence.moc"
