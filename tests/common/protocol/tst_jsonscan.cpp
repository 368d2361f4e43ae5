// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "tests/common/protocol/samples.h"

#include <QTest>

#include <chrono>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

/// JSON is easier to read here with single quotes.
QByteArray json(const char *text)
{
    return QByteArray(text).replace('\'', '"');
}

/// {"a":[[[…]]]}: `depth` levels in all.
QByteArray nested(int depth)
{
    return "{\"a\":" + QByteArray(depth - 1, '[') + QByteArray(depth - 1, ']') + "}";
}

QByteArray members(int count)
{
    QByteArray text = "{\"k0\":0";
    for (int i = 1; i < count; ++i) {
        text += ",\"k" + QByteArray::number(i) + "\":0";
    }
    return text + "}";
}

} // namespace

class TestJsonScan final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepted_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const QByteArray &text) { QTest::newRow(name) << text; };
        row("empty object", "{}");
        row("white space", " \r\n\t{ \"a\" : [ 1 , 2 ] } \n");
        row("all kinds", json("{'a':true,'b':false,'c':null,'d':-0.5e+3,'e':'x','f':[],'g':{}}"));
        row("all escapes", json("{'a':'\\'\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\ud83d\\ude00'}"));
        row("32 levels", nested(32));
        row("same key in different objects", json("{'a':{'a':1},'b':[{'a':1},{'a':2}]}"));
        row("keys that only look alike", json("{'a':1,'A':2,'':3,'a ':4}"));
        row("100,000 values", members(100'000));
        row("raw UTF-8", "{\"ä\":\"\xF0\x9F\x98\x80\"}");
    }
    void accepted()
    {
        QFETCH(const QByteArray, text);
        const auto read = parseObject(text, 16 << 20);
        QVERIFY2(read.has_value(), qPrintable(read ? QString() : read.error().detail));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char *name, const QByteArray &text, const char *detail) {
            QTest::newRow(name) << text << QString::fromLatin1(detail);
        };
        row("nothing", "", "an object must begin");
        row("a list", "[]", "an object must begin");
        row("a byte order mark", "\xEF\xBB\xBF{}", "an object must begin");
        row("33 levels", nested(33), "too deeply");
        row("100,000 levels", nested(100'000), "too deeply");
        row("100,000 levels without end", "{\"a\":" + QByteArray(100'000, '['), "too deeply");
        row("100,000 objects deep", QByteArray("{\"a\":").repeated(100'000), "too deeply");
        row("100,001 values", members(100'001), "too many values");
        row("a million keys", members(1'000'000), "too many values");
        row("a million elements", "{\"a\":[0" + QByteArray(",0").repeated(1'000'000) + "]}", "too many values");
        row("a key twice", json("{'a':1,'b':2,'a':3}"), "the key \"a\" appears twice");
        row("a key twice, escaped", json("{'a':1,'\\u0061':3}"), "the key \"a\" appears twice");
        row("a key twice, inside", json("{'x':[{'node':1,'node':1}]}"), "the key \"node\" appears twice");
        row("an empty key twice", json("{'':1,'':1}"), "appears twice");
        row("1e400", json("{'a':1e400}"), "JSON");
        row("-1e400", json("{'a':-1e400}"), "JSON");
        row("NaN", json("{'a':NaN}"), "no JSON value");
        row("Infinity", json("{'a':-Infinity}"), "no JSON value");
        row("leading zero", json("{'a':01}"), "comma");
        row("plus", json("{'a':+1}"), "no JSON value");
        row("hexadecimal", json("{'a':0x10}"), "comma");
        row("no digit behind the point", json("{'a':1.}"), "a digit is missing");
        row("no digit in the exponent", json("{'a':1e}"), "a digit is missing");
        row("a number of 65 digits", "{\"a\":" + QByteArray(65, '1') + "}", "a number is too long");
        row("raw NUL", QByteArray("{\"a\":\"x\0y\"}", 11), "a control character");
        row("NUL outside", QByteArray("{\"a\":1}\0", 8), "nothing may follow");
        row("escaped NUL", json("{'a':'\\u0000'}"), "NUL");
        row("lone high surrogate", json("{'a':'\\ud800'}"), "a lone surrogate");
        row("lone high surrogate before text", json("{'a':'\\ud800x'}"), "a lone surrogate");
        row("two high surrogates", json("{'a':'\\ud800\\ud800'}"), "a lone surrogate");
        row("lone low surrogate", json("{'a':'\\udc00'}"), "a lone surrogate");
        row("lone surrogate in a key", json("{'\\ud800':1}"), "a lone surrogate");
        row("surrogate as UTF-8", "{\"a\":\"\xED\xA0\x80\"}", "not valid UTF-8");
        row("overlong UTF-8", "{\"a\":\"\xC0\xAF\"}", "not valid UTF-8");
        row("Latin-1", "{\"a\":\"\xE4\"}", "not valid UTF-8");
        row("line break in a text", "{\"a\":\"x\ny\"}", "a control character");
        row("unknown escape", json("{'a':'\\x41'}"), "no such escape");
        row("escape without end", "{\"a\":\"\\u00", "an escape has no end");
        row("backslash at the end", "{\"a\":\"\\", "no such escape");
        row("text without end", "{\"a\":\"x", "a text has no end");
        row("trailing comma", json("{'a':1,}"), "a text in quotes is missing");
        row("trailing comma in a list", json("{'a':[1,]}"), "no JSON value");
        row("missing comma", json("{'a':1 'b':2}"), "comma");
        row("missing colon", json("{'a' 1}"), "colon");
        row("wrong bracket", json("{'a':[1}"), "comma");
        row("no end", json("{'a':1"), "comma");
        row("two objects", "{}{}", "nothing may follow");
        row("a comment", "{/**/}", "a text in quotes is missing");
        row("True", json("{'a':True}"), "no JSON value");
    }
    void refused()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, detail);
        const auto read = parseObject(text, 16 << 20);
        QVERIFY(!read.has_value());
        QCOMPARE(toString(read.error().code), "parse-error"_L1);
        QVERIFY2(read.error().detail.contains(detail), qPrintable(read.error().detail));
    }

    /// Every beginning of a good text is a bad one, and none makes the scanner read beyond its end (AddressSanitizer watches).
    void everyBeginningIsRefused()
    {
        const QByteArray text = toBytes(toJson(samples::sample<FeedDelta>()));
        QVERIFY(parseObject(text, 1 << 20).has_value());
        for (qsizetype size = 0; size < text.size(); ++size) {
            const QByteArray copy(text.constData(), size);
            QVERIFY(!parseObject(copy, 1 << 20).has_value());
        }
    }

    void sizeIsDecidedFirst()
    {
        QCOMPARE(toString(parseObject("{\"a\":1}", 6).error().code), "too-large"_L1);
        QVERIFY(parseObject("{\"a\":1}", 7).has_value());
    }

    void envelope()
    {
        const auto lines = samples::sample<LogLines>();
        const QByteArray text = encodeMessage(MessageType::Log, toJson(lines));
        QVERIFY(text.startsWith("{\"body\":{"));
        const auto message = decodeMessage(text, 1 << 20);
        QCOMPARE(toString(message->type), "log"_L1);
        QCOMPARE(message->body, toJson(lines));
    }

    void everyTypeHasItsWord()
    {
        QSet<QString> words;
        for (int i = 0; i <= int(MessageType::Error); ++i) {
            const auto type = static_cast<MessageType>(i);
            QVERIFY(messageTypeFromString(toString(type)) == type);
            words.insert(toString(type));
        }
        QCOMPARE(words.size(), int(MessageType::Error) + 1);
    }

    void badEnvelopes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("detail");
        QTest::newRow("no type") << json("{'body':{}}") << u"type: is missing"_s;
        QTest::newRow("unknown type") << json("{'type':'reboot','body':{}}")
                                      << u"type: must be one of the known words, not \"reboot\""_s;
        QTest::newRow("no body") << json("{'type':'log'}") << u"body: is missing"_s;
        QTest::newRow("body is a list") << json("{'type':'log','body':[]}") << u"body: must be an object, not a list"_s;
        QTest::newRow("two types") << json("{'type':'log','type':'error','body':{}}")
                                   << u"JSON, byte 39: the key \"type\" appears twice"_s;
    }
    void badEnvelopes()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, detail);
        const auto message = decodeMessage(text, 1000);
        QVERIFY(!message.has_value());
        QCOMPARE(toString(message.error().code), "parse-error"_L1);
        QCOMPARE(message.error().detail, detail);
    }

    /// Not asserted against a clock: QBENCHMARK prints it (aim: below 20 µs per heartbeat with one running file).
    void heartbeatCost()
    {
        const QByteArray text = toBytes(toJson(samples::sample<Heartbeat>()));
        QBENCHMARK
        {
            const auto object = parseObject(text, 1 << 20);
            QVERIFY(fromJson<Heartbeat>(*object).has_value());
        }
    }
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestJsonScan)
#include "tst_jsonscan.moc"
