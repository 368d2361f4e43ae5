// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/common/protocol/cases.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString goldenPath(const QByteArray &name)
{
    return QStringLiteral(DTF_SOURCE_DIR "/tests/common/protocol/golden/%1.json").arg(QLatin1StringView(name));
}

/// How many members have no key of their own: OperatorRequest's three expectations are one group, ApiError's two as well.
int groupedMembers(const QByteArray &name)
{
    return name == "OperatorRequest" ? 2 : name == "ApiError" ? 1 : 0;
}

/// The names of all structs that a header defines at its outermost level.
QSet<QByteArray> structsOf(const char *header)
{
    QSet<QByteArray> names;
    const QString text = QString::fromUtf8(fileContent(QLatin1StringView(DTF_SOURCE_DIR "/") + QLatin1StringView(header)));
    static const QRegularExpression pattern(u"^struct (\\w+)\\n\\{"_s, QRegularExpression::MultilineOption);
    for (const auto &match : pattern.globalMatch(text)) {
        names.insert(match.captured(1).toLatin1());
    }
    return names;
}

} // namespace

class TestCodec final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyStructOfTheWireHasARow()
    {
        QSet<QByteArray> rows;
        for (const MessageCase &row : messageCases()) {
            rows.insert(row.name);
        }
        QVERIFY(structsOf("common/protocol/messages.h").size() > 20);
        for (const char *header :
            {"common/protocol/messages.h", "common/protocol/jobevidence.h", "common/protocol/nodeevidence.h",
                "common/protocol/joining.h", "common/model/alert.h", "common/model/auditevent.h"}) {
            for (const QByteArray &name : structsOf(header)) {
                QVERIFY2(rows.contains(name), name + " has no row in cases.h");
            }
        }
        const QStringList files =
            QDir(QLatin1StringView(DTF_SOURCE_DIR "/tests/common/protocol/golden")).entryList({u"*.json"_s});
        for (const QString &file : files) {
            QVERIFY2(rows.contains(file.chopped(5).toLatin1()), qPrintable(file + u" belongs to no message"_s));
        }
    }

    void roundTrip_data() { everyMessage(); }
    void roundTrip()
    {
        const MessageCase row = currentCase();
        // Every member has a key, and every key a value that differs from the default: so nothing can be forgotten unnoticed.
        QCOMPARE(int(row.filled.size()), row.members - groupedMembers(row.name));
        for (auto it = row.filled.begin(); it != row.filled.end(); ++it) {
            QVERIFY2(it.value() != row.blank.value(it.key()), qPrintable(it.key()));
        }
        const auto again = row.rewrite(row.filled);
        QVERIFY2(again.has_value(), qPrintable(again ? QString() : again.error().detail));
        QCOMPARE(*again, row.filled);
    }

    void golden_data() { everyMessage(); }
    void golden()
    {
        const MessageCase row = currentCase();
        if (qEnvironmentVariableIsSet("DTF_WRITE_GOLDEN")) {
            QFile file(goldenPath(row.name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QJsonDocument(row.filled).toJson());
        }
        const auto golden = parseObject(fileContent(goldenPath(row.name)), 1 << 20);
        QVERIFY2(golden.has_value(), qPrintable(golden ? QString() : golden.error().detail));
        QCOMPARE(row.filled, *golden);
        const auto again = row.rewrite(*golden);
        QVERIFY2(again.has_value(), qPrintable(again ? QString() : again.error().detail));
        QCOMPARE(*again, *golden);
    }

    void unknownFieldsAreIgnored_data() { everyMessage(); }
    void unknownFieldsAreIgnored()
    {
        const MessageCase row = currentCase();
        QJsonObject newer = row.filled;
        newer.insert("of_a_later_version"_L1, QJsonArray {1, QJsonObject {}});
        QCOMPARE(row.rewrite(newer).value(), row.filled);
    }

    /// Each field in turn with a value of every wrong type: ParseError that names it, never a crash, never a guess.
    void wrongTypesAreRefused_data() { everyMessage(); }
    void wrongTypesAreRefused()
    {
        const MessageCase row = currentCase();
        const QList<QJsonValue> values = {
            QJsonValue::Null, true, 1.5, u"\x1 no word"_s, QJsonArray {1, 2}, QJsonObject {{u"x"_s, 1}}};
        for (const QString &key : row.filled.keys()) {
            int refused = 0;
            for (const auto &value : values) {
                QJsonObject object = row.filled;
                object.insert(key, value);
                const auto read = row.rewrite(object);
                if (!read) {
                    QCOMPARE(toString(read.error().code), "parse-error"_L1);
                    QVERIFY2(read.error().detail.startsWith(key), qPrintable(read.error().detail));
                    ++refused;
                }
            }
            // A text takes a text, a number with a fraction a fraction, a group an object with only unknown keys, a flag a flag:
            // one at most.
            QVERIFY2(refused >= int(values.size()) - 1, qPrintable(key + QString::number(refused)));
        }
    }

    /// A missing field is either required (ParseError says so) or has its default.
    void missingFields_data() { everyMessage(); }
    void missingFields()
    {
        const MessageCase row = currentCase();
        for (const QString &key : row.filled.keys()) {
            QJsonObject object = row.filled;
            object.remove(key);
            const auto read = row.rewrite(object);
            if (read) {
                QCOMPARE(read->value(key), row.blank.value(key));
            } else {
                QVERIFY2(read.error().detail.startsWith(key) && read.error().detail.endsWith(u": is missing"_s),
                    qPrintable(read.error().detail));
            }
        }
    }

    void requiredFields_data()
    {
        QTest::addColumn<QStringList>("required");
        QTest::newRow("Heartbeat") << QStringList {
            u"protocol"_s, u"node"_s, u"boot"_s, u"seq"_s, u"browser_connected"_s, u"browser_state"_s, u"running"_s, u"queued"_s};
        QTest::newRow("Report") << QStringList {u"boot"_s, u"seq"_s, u"kind"_s, u"time"_s};
        QTest::newRow("ReportBatch") << QStringList {u"protocol"_s, u"node"_s, u"boot"_s, u"reports"_s};
        QTest::newRow("AgentCommand") << QStringList {u"id"_s, u"kind"_s};
        QTest::newRow("OperatorRequest") << QStringList {};
        QTest::newRow("JobView") << QStringList {u"job"_s, u"name"_s, u"state"_s, u"epoch"_s};
    }
    void requiredFields()
    {
        QFETCH(const QStringList, required);
        const MessageCase row = currentCase();
        for (const QString &key : row.filled.keys()) {
            QJsonObject object = row.filled;
            object.remove(key);
            QVERIFY2(row.rewrite(object).has_value() != required.contains(key), qPrintable(key));
        }
    }

    void badValues_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char *name, const char *message, const char *key, const QJsonValue &value, const char *detail) {
            QTest::newRow(name) << QString::fromLatin1(message) << QString::fromLatin1(key) << value
                                << QString::fromLatin1(detail);
        };
        QJsonArray many;
        for (int i = 0; i < 4097; ++i) {
            many.append(u"01JDCQ5T3M8YZKX4W9RVN7B2HC"_s);
        }
        const auto running = [](int count, const QString &key, const QJsonValue &value) {
            QJsonArray list;
            for (int i = 0; i < count; ++i) {
                QJsonObject one = toJson(samples::sample<RunningJob>());
                if (i == count - 1 && !key.isEmpty()) {
                    one.insert(key, value);
                }
                list.append(one);
            }
            return list;
        };
        row("seq 0", "Heartbeat", "seq", 0, "seq: must be a whole number from 1 to 9007199254740991, not 0");
        row("seq 2^53", "Heartbeat", "seq", qint64 {9'007'199'254'740'992}, "seq: must be a whole number");
        row("seq -1", "Heartbeat", "seq", -1, "seq: must be a whole number");
        row("seq 1.5", "Heartbeat", "seq", 1.5, "seq: must be a whole number from 1 to 9007199254740991, not 1.5");
        row("seq 1e300", "Heartbeat", "seq", 1e300, "seq: must be a whole number");
        row("seq as text", "Heartbeat", "seq", u"17"_s, "seq: must be a whole number from 1 to 9007199254740991, not a text");
        row("port 65536", "Heartbeat", "browser_port", 65'536, "browser_port: must be a whole number from 0 to 65535");
        row("cpu 101", "Heartbeat", "cpu", 101, "cpu: must be a number from -1 to 100");
        row("time before 1970", "Heartbeat", "time", -1, "time: must be a whole number");
        row("time beyond the year 9999", "Heartbeat", "time", qint64 {253'402'300'800'000}, "time: must be a whole number");
        row("17 running", "Heartbeat", "running", running(17, {}, {}), "running: has 17 elements, at most 16 are taken");
        row("4097 queued", "Heartbeat", "queued", many, "queued: has 4097 elements, at most 4096 are taken");
        row("a queued number", "Heartbeat", "queued", QJsonArray {many[0], 7}, "queued[1]: must be a job id, not a number");
        row("path within a list", "Heartbeat", "running", running(3, u"job"_s, u"01jdc"_s),
            "running[2].job: must be a job id, not \"01jdc\"");
        row("long last line", "Heartbeat", "running", running(1, u"last_line"_s, u"x"_s.repeated(301)),
            "running[0].last_line: is a text of 301 characters, at most 300 are taken");
        row("epoch 2^32", "Heartbeat", "running", running(1, u"epoch"_s, qint64 {4'294'967'296}),
            "running[0].epoch: must be a whole number");
        row("lower-case node", "Heartbeat", "node", u"dtf-01"_s, "node: must be a node name");
        row("empty node", "Heartbeat", "node", u""_s, "node: must be a node name");
        row("node with a path", "Heartbeat", "node", u"../DTF-01"_s, "node: must be a node name");
        row("boot too short", "Heartbeat", "boot", u"k7m2"_s, "boot: must be a boot id");
        row("control character in machine", "Heartbeat", "machine", u"a\nb"_s, "machine: must be printable ASCII");
        row("unknown state", "Heartbeat", "browser_state", u"sleeping"_s,
            "browser_state: must be one of the known words, not \"sleeping\"");
        row("a word that is not Latin-1", "Heartbeat", "browser_state", u"readу"_s,
            "browser_state: must be one of the known words");
        row("exit code beyond int", "Report", "exit_code", qint64 {4'294'967'295}, "exit_code: must be a whole number");
        row("hash too short", "Report", "sha256", u"00ff"_s, "sha256: must be hex");
        row("hash in capitals", "Report", "sha256", u"A"_s.repeated(64), "sha256: must be hex");
        row("picture with a stranger", "PictureData", "png", u"iVBO*w0K"_s, "png: must be base64");
        row("picture too large", "PictureData", "png", u"AAAA"_s.repeated(2'796'300), "png: ");
        row("log field without value", "LogEntry", "fields", QJsonArray {QJsonArray {u"job"_s}},
            "fields[0]: must be a pair of texts");
        row("negative count", "FleetSummary", "jobs_by_state", QJsonObject {{u"hold"_s, -1}},
            "jobs_by_state.hold: must be a whole number");
        row("nested expectation", "OperatorRequest", "expect", QJsonObject {{u"epoch"_s, -1}},
            "expect.epoch: must be a whole number");
        row("percent 101", "NodeFigures", "cpu", QJsonArray {7, 101}, "cpu[1]: must be a whole number from -1 to 100");
        row("nested twice", "StateView", "nodes", QJsonArray {QJsonObject {{u"node"_s, u"DTF-01"_s}, {u"state"_s, 1}}},
            "nodes[0].state: must be a text, not a number");
    }
    void badValues()
    {
        QFETCH(const QString, message);
        QFETCH(const QString, key);
        QFETCH(const QJsonValue, value);
        QFETCH(const QString, detail);
        const MessageCase row = caseOf(message.toLatin1());
        QJsonObject object = row.filled;
        object.insert(key, value);
        const auto read = row.rewrite(object);
        QVERIFY(!read.has_value());
        QCOMPARE(toString(read.error().code), "parse-error"_L1);
        QVERIFY2(read.error().detail.startsWith(detail), qPrintable(read.error().detail));
    }

    /// What the writer must bend so that the peer never refuses the whole message because of one hostile name or a long list.
    void writerKeepsToTheReadersRules()
    {
        auto beat = samples::sample<Heartbeat>();
        beat.running[0].name = QString(u"a\0b"_s) + QChar(0xD800) + u"c"_s;
        beat.running[0].lastLine = u"\U0001F600"_s.repeated(200);
        beat.browserDetail = u"x"_s.repeated(5000);
        beat.machine = "caf\xe9\n";
        beat.cpuPercent = std::numeric_limits<double>::quiet_NaN();
        beat.diskFree = std::numeric_limits<qint64>::max();
        beat.running = QList<RunningJob>(20, beat.running[0]);
        beat.queued = QList<JobId>(5000, beat.queued[0]);
        const auto object = parseObject(toBytes(toJson(beat)), 1 << 20);
        QVERIFY2(object.has_value(), qPrintable(object ? QString() : object.error().detail));
        const auto read = fromJson<Heartbeat>(*object);
        QVERIFY2(read.has_value(), qPrintable(read ? QString() : read.error().detail));
        QCOMPARE(read->running[0].name, u"a\uFFFDb\uFFFDc"_s);
        QCOMPARE(read->running[0].lastLine, u"\U0001F600"_s.repeated(150));
        QCOMPARE(read->browserDetail.size(), 4096);
        QCOMPARE(read->machine, QByteArray("caf??"));
        QCOMPARE(read->cpuPercent, -1.0);
        QCOMPARE(read->diskFree, qint64 {9'007'199'254'740'991});
        QCOMPARE(read->running.size(), 16);
        QCOMPARE(read->queued.size(), 4096);
    }

    /// A node that never sent a heartbeat has none in its view.
    void neverSeenNodeHasNoHeartbeat()
    {
        auto view = samples::sample<NodeView>();
        view.beat = {};
        const QJsonObject object = toJson(view);
        QVERIFY(!object.contains("heartbeat"_L1));
        QCOMPARE(fromJson<NodeView>(object)->beat.seq, 0);
    }

    void versions_data()
    {
        QTest::addColumn<QJsonObject>("request");
        QTest::addColumn<int>("code"); // −1: served
        QTest::newRow("current") << QJsonObject {{u"protocol"_s, 2}} << -1;
        QTest::newRow("one before") << QJsonObject {{u"protocol"_s, 1}} << -1;
        QTest::newRow("from the future, of another shape")
            << QJsonObject {{u"protocol"_s, 3}, {u"node"_s, 7}} << int(ErrorCode::VersionMismatch);
        QTest::newRow("too old") << QJsonObject {{u"protocol"_s, 0}} << int(ErrorCode::VersionMismatch);
        QTest::newRow("missing") << QJsonObject {} << int(ErrorCode::ParseError);
        QTest::newRow("a text") << QJsonObject {{u"protocol"_s, u"1"_s}} << int(ErrorCode::ParseError);
    }
    void versions()
    {
        QFETCH(const QJsonObject, request);
        QFETCH(const int, code);
        const auto served = servedProtocol(request);
        QCOMPARE(served.has_value() ? -1 : int(served.error().code), code);
    }

private:
    static void everyMessage()
    {
        QTest::addColumn<int>("unused");
        for (const MessageCase &row : messageCases()) {
            QTest::newRow(row.name.constData()) << 0;
        }
    }
    static MessageCase caseOf(const QByteArray &name)
    {
        for (const MessageCase &row : messageCases()) {
            if (row.name == name) {
                return row;
            }
        }
        qFatal("no such row");
    }
    static MessageCase currentCase() { return caseOf(QTest::currentDataTag()); }
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestCodec)
#include "tst_codec.moc"
