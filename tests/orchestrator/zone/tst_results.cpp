// SPDX-License-Identifier: GPL-3.0-or-later
// What a result folder holds is what its manifest lists, and nothing else is ever read.
#include "orchestrator/zone/resultreader.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

class TestResults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_share = std::make_unique<TempShare>();
        QVERIFY(QDir().mkpath(m_share->path(m_folder + "/results/sub")));
    }

    void the_manifest_is_listed()
    {
        manifest({entry(u"Ergebnis Ä.csv"_s, 5), entry(u"sub/b.csv"_s, 3)});
        const auto view = list();
        QVERIFY(view);
        QCOMPARE(view->place, QString::fromUtf8(m_folder));
        QCOMPARE(view->files.size(), 2);
        QCOMPARE(view->files[0].name, u"Ergebnis Ä.csv"_s);
        QCOMPARE(view->files[0].size, 5);
        QCOMPARE(view->files[0].sha256, QByteArray(64, 'a'));
        QVERIFY(view->note.isEmpty());
    }

    void a_listed_file_is_read_in_portions()
    {
        manifest({entry(u"sub/b.csv"_s, 10)});
        m_share->put(m_folder + "/results/sub/b.csv", "0123456789");
        QCOMPARE(*read("sub/b.csv", 0, 4), QByteArray("0123"));
        QCOMPARE(*read("sub/b.csv", 8, 4), QByteArray("89"));
        QCOMPARE(*read("sub/b.csv", 10, 4), QByteArray());
    }

    void what_is_not_listed_is_not_read_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *name :
            {"c.csv", "../manifest.json", "../../../../incoming/x.csv", "sub", "", "a.csv/", "./a.csv", "A.csv"}) {
            QTest::newRow(name) << QByteArray(name);
        }
    }
    void what_is_not_listed_is_not_read()
    {
        QFETCH(const QByteArray, name);
        manifest({entry(u"a.csv"_s, 1)});
        m_share->put(m_folder + "/results/a.csv", "x");
        m_share->put(m_folder + "/results/c.csv", "secret");
        m_share->put("incoming/x.csv", "secret");
        const auto bytes = read(name, 0, 100);
        QVERIFY(!bytes);
        COMPARE_WORDS(bytes.error().code, ErrorCode::NotFound);
    }

    /// Whoever may write into the folder may write the manifest: it can't name its way out.
    void a_manifest_that_lies_leads_nowhere()
    {
        manifest({entry(u"../manifest.json"_s, 1), entry(u"..\\x"_s, 1), entry(u"/etc/passwd"_s, 1), entry(u""_s, 1),
            QJsonValue(5), QJsonObject {{u"name"_s, u"a"_s}, {u"size"_s, -1}}, entry(u"good.csv"_s, 1)});
        const auto view = list();
        QVERIFY(view);
        QCOMPARE(view->files.size(), 1);
        QVERIFY(view->note.startsWith(u"6 more"_s));
        QVERIFY(!read("../manifest.json", 0, 10));
    }

#ifdef Q_OS_UNIX
    void a_link_is_not_followed()
    {
        manifest({entry(u"a.csv"_s, 1)});
        TempShare::write(m_share->local("secret"), "not yours");
        QVERIFY(QFile::link(m_share->local("secret"), m_share->path(m_folder + "/results/a.csv")));
        QVERIFY(!read("a.csv", 0, 100));
    }
#endif

    void where_there_is_nothing_to_list_a_note_says_why()
    {
        QVERIFY(list()->note.contains(u"moved or removed"_s)); // no manifest
        m_share->put(m_folder + "/manifest.json", "{oh");
        QVERIFY(list()->note.contains(u"can't be understood"_s));
        m_share->put(m_folder + "/manifest.json", "{\"state\":\"done\"}");
        QVERIFY(list()->note.contains(u"by hand"_s));
        manifest({});
        QVERIFY(list()->note.contains(u"no result files"_s));
        m_share->put(m_folder + "/manifest.json", QByteArray(5 * 1024 * 1024, ' '));
        QVERIFY(list()->note.contains(u"too large"_s));
    }

    void thousands_are_cut_and_said()
    {
        QJsonArray many;
        for (int i = 0; i < 5'000; ++i) {
            many.append(entry(u"%1.csv"_s.arg(i), i));
        }
        manifest(many);
        QCOMPARE(list()->files.size(), 4'096);
        QVERIFY(list()->note.startsWith(u"904 more"_s));
    }

    void a_share_that_is_gone_is_an_error()
    {
        manifest({entry(u"a.csv"_s, 1)});
        QVERIFY(QFile::remove(m_share->path("DTF_SHARE_ID")));
        TempShare *share = m_share.get();
        LocalShareFs fresh(share->root(), TempShare::timing());
        QVERIFY(!listResults(fresh, m_folder));
    }

private:
    static QJsonObject entry(const QString &name, qint64 size)
    {
        return {{u"name"_s, name}, {u"size"_s, size}, {u"sha256"_s, u"a"_s.repeated(64)}};
    }
    void manifest(const QJsonArray &outputs)
    {
        m_share->put(m_folder + "/manifest.json", QJsonDocument(QJsonObject {{u"outputs"_s, outputs}}).toJson());
    }
    Result<ResultsView> list()
    {
        return listResults(*m_share->operator->(), m_folder);
    }
    Result<QByteArray> read(const QByteArray &name, qint64 offset, qint64 limit)
    {
        return readResult(*m_share->operator->(), m_folder, name, offset, limit);
    }

    const SharePath m_folder = "completed/2026-11-25/01JDCQ5T3M8YZKX4W9RVN7B2HC~a.csv";
    std::unique_ptr<TempShare> m_share;
};

QTEST_APPLESS_MAIN(TestResults)
#include "tst_results.moc"
