// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/gate/query.h"
#include "orchestrator/api/gate/route.h"
#include "orchestrator/api/http/httpparser.h"

#include <QTest>

#include <random>

namespace dtf {

/// Requests bent at random, from a fixed seed: nothing crashes, nothing reads past its bound, and how the bytes were cut on the
/// way changes no verdict.
class TestMutation final : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parserKeepsItsPromises();
    void pathsAndQueriesNeverCrash();
};

namespace {

constexpr qint64 bodyLimit = 4096;

const QByteArrayList corpus {
    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "POST /api/v1/heartbeat HTTP/1.1\r\nHost: localhost:3000\r\nContent-Type: application/json\r\nContent-Length: "
    "11\r\n\r\n{\"seq\":17}x",
    "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\nTrailer: z\r\n\r\n",
    "GET /api/v1/feed HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
};

const QByteArrayList pieces {"\r\n", "\n", "\r", ":", " ", "\t", "0", "-1", "99999999999999999999", "chunked",
    "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "\r\n\r\n", "HTTP/1.1", "HTTP/2.0", "%00",
    "ffffffffffffffff\r\n", ";", ",", "\xff"};

class Mutator
{
public:
    explicit Mutator(unsigned seed)
        : m_random(seed)
    { }
    qsizetype below(qsizetype n)
    {
        return static_cast<qsizetype>(m_random() % static_cast<std::uint64_t>(std::max<qsizetype>(n, 1)));
    }
    QByteArray bend(QByteArray bytes)
    {
        for (qsizetype n = 1 + below(4); n > 0; --n) {
            const qsizetype at = below(bytes.size());
            switch (below(6)) {
            case 0:
                bytes.insert(at, pieces[below(pieces.size())]);
                break;
            case 1:
                bytes.remove(at, 1 + below(8));
                break;
            case 2:
                bytes.insert(at, static_cast<char>(below(256)));
                break;
            case 3:
                bytes.insert(at, bytes.mid(below(bytes.size()), below(40)));
                break;
            case 4:
                bytes.truncate(at);
                break;
            default:
                bytes.insert(at, QByteArray("A").repeated(below(20'000)));
                break;
            }
        }
        return bytes;
    }

private:
    std::mt19937_64 m_random;
};

struct Verdict
{
    int status = 0; ///< 0: incomplete; 200: a whole request
    QByteArray body;
    qsizetype used = 0;
    bool operator==(const Verdict &) const = default;
};

/// Feeds `bytes` as they would come over a connection in pieces of at most `step`.
Verdict feed(const QByteArray &bytes, qsizetype step)
{
    HttpParser parser {HttpLimits {}};
    qsizetype have = 0;
    HttpParser::Step head = HttpParser::Step::NeedMore;
    while (head == HttpParser::Step::NeedMore && have < bytes.size()) {
        have = std::min(have + step, bytes.size());
        head = parser.head(QByteArrayView(bytes).first(have));
    }
    if (head != HttpParser::Step::Ready) {
        return {head == HttpParser::Step::Failed ? parser.status() : 0, {}, 0};
    }
    HttpParser::Step body = parser.limitBody(bodyLimit);
    qsizetype at = parser.headSize();
    qsizetype window = step;
    while (body == HttpParser::Step::NeedMore && at < bytes.size()) {
        qsizetype consumed = 0;
        const qsizetype give = std::min(window, bytes.size() - at);
        body = parser.body(QByteArrayView(bytes).sliced(at, give), consumed);
        if (consumed > give) {
            return {-1, {}, 0};
        }
        at += consumed;
        if (consumed > 0) {
            window = step;
        } else if (body == HttpParser::Step::NeedMore && give == bytes.size() - at) {
            break;
        } else {
            window += step; // it wants to see more at once
        }
    }
    if (body == HttpParser::Step::Failed) {
        return {parser.status(), {}, 0};
    }
    return body == HttpParser::Step::Ready ? Verdict {200, parser.takeBody(), at} : Verdict {};
}

} // namespace

void TestMutation::parserKeepsItsPromises()
{
    Mutator mutator(20261123);
    int whole = 0;
    int refused = 0;
    for (int round = 0; round < 30'000; ++round) {
        const QByteArray bytes = mutator.bend(corpus[round % corpus.size()]);
        const Verdict atOnce = feed(bytes, std::max<qsizetype>(bytes.size(), 1));
        const Verdict inPieces = feed(bytes, 1 + mutator.below(16));
        QVERIFY(atOnce.status != -1 && inPieces.status != -1);
        QVERIFY(atOnce.body.size() <= bodyLimit);
        QVERIFY(atOnce.used <= bytes.size());
        // 431 and 400 may change places: in pieces, a bad byte may be seen before the size is
        const bool same = atOnce == inPieces || (atOnce.status >= 400 && inPieces.status >= 400);
        QVERIFY2(same,
            QByteArray(bytes.left(2000).toPercentEncoding() + ' ' + QByteArray::number(atOnce.status) + ' '
                + QByteArray::number(inPieces.status))
                .constData());
        whole += atOnce.status == 200;
        refused += atOnce.status >= 400;
    }
    QVERIFY(whole > 1'000); // the mutations reach both sides
    QVERIFY(refused > 1'000);
}

void TestMutation::pathsAndQueriesNeverCrash()
{
    Mutator mutator(42);
    for (int round = 0; round < 30'000; ++round) {
        const QByteArray path = mutator.bend("/api/v1/jobs/01JDCQ5T3M8YZKX4W9RVN7B2HC/why");
        const auto route = findRoute("GET", path);
        QVERIFY(route || route.error().status >= 400);
        const auto query = parseQuery(mutator.bend("state=waiting&text=a%20b&limit=10&node=DTF-01"));
        if (query) {
            const auto jobs = jobQueryFrom(*query);
            QVERIFY(!jobs || (jobs->limit >= 1 && jobs->limit <= 1000));
        }
    }
}

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestMutation)
#include "tst_mutation.moc"
