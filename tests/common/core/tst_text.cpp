// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/backoff.h"
#include "common/core/escape.h"
#include "common/core/logging.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Escaping, log lines, backoff, clock.
class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void escapes_data();
    void escapes();
    void longTextIsCut();
    void whatIsEscapedStaysEscapedOnce();
    void aLogLine();
    void aHostileLogLine();
    void aJsonLine();
    void backoffDoublesUpToItsLimit();
    void jitterAddsUpToAQuarter();
    void theClockRunsForward();
};

void TestText::escapes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("plain") << QByteArray("AgencyA.csv") << u"AgencyA.csv"_s;
    QTest::newRow("umlaut and emoji") << QByteArray("M\xC3\xBCller \xF0\x9F\x98\x80") << u"Müller 😀"_s;
    QTest::newRow("newline") << QByteArray("a\nb") << u"a\\x0ab"_s;
    QTest::newRow("carriage return and tab") << QByteArray("a\r\tb") << u"a\\x0d\\x09b"_s;
    QTest::newRow("escape sequence") << QByteArray("\x1b[2J") << u"\\x1b[2J"_s;
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << u"a\\x00b"_s;
    QTest::newRow("backslash") << QByteArray("..\\x") << u"..\\\\x"_s;
    QTest::newRow("a faked escape") << QByteArray("\\x0a") << u"\\\\x0a"_s;
    QTest::newRow("C1 control") << QByteArray("\xC2\x9B") << u"\\x9b"_s;
    QTest::newRow("right-to-left override") << QByteArray("a\xE2\x80\xAEvsc") << u"a\\u{202e}vsc"_s;
    QTest::newRow("zero width") << QByteArray("a\xE2\x80\x8B") << u"a\\u{200b}"_s;
    QTest::newRow("line separator") << QByteArray("a\xE2\x80\xA8") << u"a\\u{2028}"_s;
    QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBFx") << u"\\u{feff}x"_s;
    QTest::newRow("tag character") << QByteArray("\xF3\xA0\x81\x81") << u"\\u{e0041}"_s;
    QTest::newRow("Latin-1") << QByteArray("M\xFCller") << u"M\\xfcller"_s;
    QTest::newRow("overlong") << QByteArray("\xC0\xAF") << u"\\xc0\\xaf"_s;
    QTest::newRow("lone surrogate") << QByteArray("\xED\xA0\x80") << u"\\xed\\xa0\\x80"_s;
    QTest::newRow("above Unicode") << QByteArray("\xF4\x90\x80\x80") << u"\\xf4\\x90\\x80\\x80"_s;
    QTest::newRow("cut sequence") << QByteArray("a\xE2\x82") << u"a\\xe2\\x82"_s;
}

void TestText::escapes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    QCOMPARE(escapedForLog(bytes), text);
    const QString decoded = QString::fromUtf8(bytes);
    if (decoded.toUtf8() == bytes) {
        QCOMPARE(escapedForLog(decoded), text);
    }
}

void TestText::longTextIsCut()
{
    const QString cut = escapedForLog(QByteArrayView(QByteArray(100'000, 'x')), 100);
    QVERIFY(cut.size() <= 110);
    QVERIFY(cut.endsWith(QChar(0x2026)));
    QCOMPARE(escapedForLog(QByteArrayView("abc"), 3), u"abc"_s);
    QCOMPARE(escapedForLog(QString(QChar(0xD800)) + u'x'), u"\\u{d800}x"_s);
}

void TestText::whatIsEscapedStaysEscapedOnce()
{
    for (int byte = 0; byte < 256; ++byte) {
        const QString text = escapedForLog(QByteArray(1, static_cast<char>(byte)));
        for (const QChar c : text) {
            QVERIFY(c.isPrint());
        }
    }
}

void TestText::aLogLine()
{
    LogEntry entry;
    entry.time = {1'795'444'687'120};
    entry.where = u"DTF-03"_s;
    entry.text = u"Upload Success"_s;
    entry.browserPort = 9224;
    entry.fields = {{u"attempt"_s, u"1"_s}, {u"file"_s, u"AgencyA.csv"_s}};
    QCOMPARE(renderText(entry),
        QByteArray("2026-11-23T14:38:07.120Z INFO DTF-03 \xE2\x80\x93 Upload Success (Browser 9224) attempt=1 file=AgencyA.csv"));
    entry.browserPort = 0;
    entry.level = LogLevel::Error;
    entry.fields.clear();
    QCOMPARE(renderText(entry), QByteArray("2026-11-23T14:38:07.120Z ERROR DTF-03 \xE2\x80\x93 Upload Success"));
    QCOMPARE(utcTimestamp({0}), u"1970-01-01T00:00:00.000Z"_s);
}

void TestText::aHostileLogLine()
{
    LogEntry entry;
    entry.where = u"DTF\n01"_s;
    entry.text = u"one\r\ntwo \u202E"_s;
    entry.fields = {{u"file"_s, u"a\nINFO faked"_s}};
    for (const QByteArray &line : {renderText(entry), renderJson(entry)}) {
        QVERIFY(!line.contains('\n'));
        QVERIFY(!line.contains('\r'));
        QVERIFY(!line.contains("\xE2\x80\xAE"));
    }
}

void TestText::aJsonLine()
{
    LogEntry entry;
    entry.time = {1'795'444'687'120};
    entry.level = LogLevel::Warn;
    entry.where = u"orchestrator"_s;
    entry.text = u"say \"x\""_s;
    entry.fields = {{u"job"_s, u"01J"_s}};
    const QJsonObject object = QJsonDocument::fromJson(renderJson(entry)).object();
    QCOMPARE(object.value("time"_L1).toString(), u"2026-11-23T14:38:07.120Z"_s);
    QCOMPARE(object.value("level"_L1).toString(), u"WARN"_s);
    QCOMPARE(object.value("where"_L1).toString(), u"orchestrator"_s);
    QCOMPARE(object.value("text"_L1).toString(), u"say \"x\""_s);
    QCOMPARE(object.value("job"_L1).toString(), u"01J"_s);
    QVERIFY(!object.contains("browser_port"_L1));
}

void TestText::backoffDoublesUpToItsLimit()
{
    Backoff backoff(1s, 60s);
    QList<milliseconds> waits;
    for (int i = 0; i < 9; ++i) {
        waits.append(backoff.next());
    }
    QCOMPARE(waits, (QList<milliseconds> {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}));
    backoff.reset();
    QCOMPARE(backoff.next(), milliseconds(1s));
}

void TestText::jitterAddsUpToAQuarter()
{
    QCOMPARE(withJitter(1000ms, 0.0), 1000ms);
    QCOMPARE(withJitter(1000ms, 0.5), 1125ms);
    QVERIFY(withJitter(1000ms, 0.999999) < 1250ms);
}

void TestText::theClockRunsForward()
{
    const SystemClock clock;
    const Now first = clock.now();
    const Now second = clock.now();
    QVERIFY(second.mono >= first.mono);
    QVERIFY(first.wall.msecsSinceEpoch > 1'600'000'000'000);
    QCOMPARE((first.mono + 5s) - first.mono, milliseconds(5s));
}

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"
