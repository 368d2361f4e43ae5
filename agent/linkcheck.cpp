// SPDX-License-Identifier: GPL-3.0-or-later
// What --check and set-up try of the way to the orchestrator.
#include "agent/agentcheck.h"
#include "common/core/clock.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"
#include "common/protocol/callerview.h"
#include "common/protocol/codec.h"

#include <QDeadlineTimer>
#include <QJsonDocument>
#include <QNetworkProxy>
#include <QSslSocket>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int connectTimeoutMs = 5'000;
constexpr int answerTimeoutMs = 10'000;
constexpr qsizetype longestAnswer = qsizetype {64} * 1024;
constexpr qint64 mostSkewMs = 30'000;

struct Answer
{
    int status = 0; ///< 0: none
    QByteArray body;
};

bool isTls(const QUrl &url)
{
    return url.scheme() == "https"_L1;
}

quint16 portOf(const QUrl &url)
{
    return static_cast<quint16>(url.port(isTls(url) ? 443 : 80));
}

/// One request on a connection that is up; the server closes it behind its answer.
Answer askWhoWeAre(QSslSocket &socket, const QUrl &url, const QByteArray &token)
{
    socket.write("GET /api/v1/whoami HTTP/1.1\r\nHost: " + url.host(QUrl::FullyEncoded).toLatin1() + ':'
        + QByteArray::number(portOf(url)) + "\r\nAuthorization: Bearer " + token + "\r\nConnection: close\r\n\r\n");
    const QDeadlineTimer deadline(answerTimeoutMs);
    QByteArray all;
    while (all.size() < longestAnswer && socket.state() == QAbstractSocket::ConnectedState && !deadline.hasExpired()) {
        (void)socket.waitForReadyRead(static_cast<int>(deadline.remainingTime()));
        all += socket.readAll();
    }
    all += socket.readAll();
    const qsizetype head = all.indexOf("\r\n\r\n");
    if (!all.startsWith("HTTP/1.") || head < 0) {
        return {};
    }
    return {all.mid(9, 3).toInt(), all.mid(head + 4)};
}

QString detailOf(const QByteArray &body)
{
    const auto error = fromJson<ApiError>(QJsonDocument::fromJson(body).object());
    return error ? error->detail : QString();
}

CheckRow skewRow(WallTime theirs)
{
    const qint64 skew = SystemClock().now().wall.msecsSinceEpoch - theirs.msecsSinceEpoch;
    const QString what = u"clock"_s;
    if (qAbs(skew) <= mostSkewMs) {
        return isGood(what, u"within %1 s of the orchestrator's"_s.arg(mostSkewMs / 1000));
    }
    return isDoubtful(what, u"%1 s %2 of the orchestrator's"_s.arg(qAbs(skew) / 1000).arg(skew > 0 ? u"ahead"_s : u"behind"_s),
        u"turn on time synchronisation on both machines: logs can't be compared, certificates may be refused"_s);
}

/// What whoami said of us.
void judgeCaller(const Answer &answer, const NodeName &node, QList<CheckRow> &rows)
{
    const auto caller = callerViewFrom(QJsonDocument::fromJson(answer.body).object());
    if (!caller) {
        rows.append(isBad(u"token"_s, u"the answer can't be read: "_s + caller.error().detail,
            u"is that really the orchestrator's address?"_s));
        return;
    }
    if (caller->node.isEmpty()) {
        rows.append(isBad(u"token"_s, u"it is that of %1, not of a node"_s.arg(caller->caller),
            u"take the token that was made for this node"_s));
    } else if (!node.isEmpty() && caller->node != node) {
        rows.append(isBad(u"token"_s, u"it is that of %1, this node is %2"_s.arg(caller->node.toString(), node.toString()),
            u"take the token that was made for this node, or correct [node] name"_s));
    } else if (!caller->known) {
        rows.append(isBad(u"node"_s, u"the orchestrator has a token for %1, but no such node"_s.arg(caller->node.toString()),
            u"add a [[node]] with that name to its configuration and start it again"_s));
    } else {
        rows.append(isGood(u"token"_s, u"accepted as %1's by version %2"_s.arg(caller->node.toString(), caller->version)));
    }
    rows.append(skewRow(caller->time));
}

void judge(const Answer &answer, const QUrl &url, const NodeName &node, QList<CheckRow> &rows)
{
    const QString detail = detailOf(answer.body);
    switch (answer.status) {
    case 200:
        judgeCaller(answer, node, rows);
        return;
    case 401:
    case 429:
        rows.append(isBad(u"token"_s, u"refused: "_s + detail,
            u"take the token that dtf-orchestrator setup made for this node, one line; after a change start the orchestrator again"_s));
        return;
    case 403:
        rows.append(isBad(u"orchestrator's host"_s, u"it is not served under the name %1: %2"_s.arg(url.host(), detail),
            u"add that name to [listen] hosts of the orchestrator"_s));
        return;
    case 404:
        rows.append(isDoubtful(
            u"token"_s, u"the orchestrator is of an older version and can't say"_s, u"upgrade the orchestrator when it suits"_s));
        return;
    default:
        rows.append(isBad(u"token"_s,
            answer.status == 0 ? u"no answer in time, or none of HTTP"_s : u"answer %1: %2"_s.arg(answer.status).arg(detail),
            detail.contains("TLS"_L1) ? u"write https:// into [orchestrator] url"_s
                                      : u"is that really the orchestrator's address? look at its log"_s));
    }
}

} // namespace

QList<CheckRow> checkLink(const QUrl &url, const Fingerprint &pin, const QByteArray &token, const NodeName &node)
{
    QList<CheckRow> rows;
    const TlsTrust trust(pin);
    QSslSocket socket;
    std::optional<Error> refusal;
    guard(socket, trust, &socket, [&](const Error &why) { refusal = why; });
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.connectToHost(url.host(), portOf(url));
    if (!socket.waitForConnected(connectTimeoutMs)) {
        rows.append(isBad(u"orchestrator"_s, u"%1: %2"_s.arg(url.toString(), socket.errorString()),
            u"is it running, is its name right, and do the firewalls let port %1 through?"_s.arg(portOf(url))));
        return rows;
    }
    rows.append(isGood(u"orchestrator"_s, u"%1 answers"_s.arg(url.toString())));
    if (isTls(url)) {
        socket.setSslConfiguration(trust.configuration());
        socket.setPeerVerifyName(url.host());
        socket.startClientEncryption();
        const bool encrypted = socket.waitForEncrypted(connectTimeoutMs) && !refusal;
        const QString what = u"orchestrator's certificate"_s;
        if (!encrypted) {
            rows.append(isBad(what, refusal ? refusal->detail : handshakeTrouble(socket.errorString()),
                u"compare its fingerprint with what dtf-orchestrator --check shows there ([orchestrator] fingerprint)"_s));
            return rows;
        }
        rows.append(isGood(what,
            u"%1, SHA-256 %2"_s.arg(subjectText(socket.peerCertificate()), fingerprintOf(socket.peerCertificate()).toString())));
    }
    if (!token.isEmpty()) {
        judge(askWhoWeAre(socket, url, token), url, node, rows);
    }
    return rows;
}

Result<QSslCertificate> shownCertificate(const QUrl &url)
{
    QSslSocket socket;
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.setPeerVerifyMode(QSslSocket::QueryPeer);
    socket.connectToHostEncrypted(url.host(), portOf(url));
    if (!socket.waitForEncrypted(connectTimeoutMs) && socket.peerCertificate().isNull()) {
        return fail(ErrorCode::Unavailable, handshakeTrouble(socket.errorString()));
    }
    return socket.peerCertificate();
}

} // namespace dtf
