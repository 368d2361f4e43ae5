// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/httpconnection.h"

#include "orchestrator/api/http/halfclose.h"
#include "orchestrator/api/http/unsent.h"

#include <QPointer>
#include <QSslSocket>
#include <QTcpSocket>

namespace dtf {

HttpConnection::HttpConnection(QTcpSocket *socket, HttpHandler &handler, const HttpLimits &limits, const Clock &clock,
    HttpCounters &counters, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_tls(qobject_cast<QSslSocket *>(socket))
    , m_handler(handler)
    , m_limits(limits)
    , m_clock(clock)
    , m_counters(counters)
    , m_state(m_tls ? State::Hello : State::Head)
    , m_peer {socket->peerAddress(), socket->localAddress(), socket->localPort()}
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(limits.readBuffer);
    m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(m_socket, &QIODevice::readyRead, this, &HttpConnection::readable);
    connect(m_socket, &QIODevice::bytesWritten, this, &HttpConnection::written);
    connect(m_socket, &QAbstractSocket::disconnected, this, &HttpConnection::finish);
    if (m_tls) {
        connect(m_tls, &QSslSocket::encryptedBytesWritten, this, &HttpConnection::written);
    }
    until(m_limits.head);
}

void HttpConnection::readable()
{
    switch (m_state) {
    case State::Hello:
        readHello();
        break;
    case State::Idle:
        until(m_limits.head);
        m_state = State::Head;
        readHead();
        break;
    case State::Head:
        readHead();
        break;
    case State::Body:
        readBody();
        break;
    case State::Draining:
        drain();
        break;
    case State::Handling:
    case State::Answering:
    case State::Gone:
        break; // the next request waits its turn in the socket
    }
}

/// The first byte tells TLS from plain HTTP, which hears in its own language why it is not served.
void HttpConnection::readHello()
{
    constexpr char handshakeRecord = 0x16;
    const QByteArray first = m_socket->peek(1);
    if (first.isEmpty()) {
        return;
    }
    if (first[0] != handshakeRecord) {
        refuse(m_handler.plainWhereTls());
        return;
    }
    m_state = State::Head; // the deadline stays
    m_tls->startServerEncryption();
}

void HttpConnection::readHead()
{
    const QByteArray seen = m_socket->peek(m_limits.headBytes + 1);
    if (seen.isEmpty()) {
        return;
    }
    if (!m_parser) {
        m_parser = std::make_unique<HttpParser>(m_limits);
    }
    switch (m_parser->head(seen)) {
    case HttpParser::Step::NeedMore:
        break;
    case HttpParser::Step::Failed:
        refuse(m_handler.failure(m_parser->status()));
        break;
    case HttpParser::Step::Ready:
        decide(m_handler.judge(m_parser->request(), m_peer));
        break;
    }
}

void HttpConnection::decide(HttpVerdict verdict)
{
    if (auto *refusal = std::get_if<HttpRefusal>(&verdict)) {
        refuse(std::move(refusal->response));
        return;
    }
    if (const auto *upgrade = std::get_if<HttpUpgrade>(&verdict)) {
        if (m_socket->bytesAvailable() > m_parser->headSize()) {
            refuse(m_handler.failure(400)); // RFC 6455 §4.1: wait for the answer. Qt's handshake would swallow those bytes
        } else {
            handOver(*upgrade);
        }
        return;
    }
    m_accepted = std::get<HttpAcceptance>(std::move(verdict));
    m_socket->read(m_parser->headSize());
    switch (m_parser->limitBody(m_accepted.bodyLimit)) {
    case HttpParser::Step::Failed:
        refuse(m_handler.failure(m_parser->status()));
        break;
    case HttpParser::Step::Ready:
        runRequest();
        break;
    case HttpParser::Step::NeedMore:
        m_state = State::Body;
        until(m_limits.body);
        if (m_parser->request().expectContinue && m_socket->bytesAvailable() == 0) {
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        readBody();
        break;
    }
}

void HttpConnection::readBody()
{
    while (m_state == State::Body) {
        const QByteArray seen = m_socket->peek(m_limits.readBuffer);
        qsizetype consumed = 0;
        const HttpParser::Step step = m_parser->body(seen, consumed);
        m_socket->read(consumed); // not skip(): only reading wakes up a socket whose buffer was full
        if (step == HttpParser::Step::Failed) {
            refuse(m_handler.failure(m_parser->status()));
        } else if (step == HttpParser::Step::Ready) {
            runRequest();
        } else if (consumed == 0 || m_socket->bytesAvailable() == 0) {
            return;
        }
    }
}

void HttpConnection::runRequest()
{
    m_state = State::Handling;
    until(m_limits.answer);
    m_closeAfter = !m_parser->request().keepAlive;
    const quint64 serial = ++m_serial;
    const auto run = std::exchange(m_accepted, {}).run;
    QByteArray body = m_parser->takeBody();
    m_parser.reset();
    run(std::move(body), [self = QPointer(this), serial](const HttpResponse &response) {
        if (self && self->m_state == State::Handling && self->m_serial == serial) {
            self->answer(response);
        }
    });
}

void HttpConnection::refuse(HttpResponse response)
{
    response.close = true;
    m_parser.reset();
    answer(response);
}

void HttpConnection::answer(const HttpResponse &response)
{
    m_state = State::Answering;
    m_closeAfter = m_closeAfter || response.close;
    until(m_limits.write);
    ++m_counters.answers[static_cast<std::size_t>(qBound(0, response.status / 100, 5))];
    m_inWrite = true;
    m_socket->write(serialised(response, !m_closeAfter));
    m_socket->flush();
    m_inWrite = false;
    written();
}

void HttpConnection::written()
{
    if (m_state != State::Answering || m_inWrite) {
        return;
    }
    if (unsentBytes(*m_socket) > 0) {
        until(m_limits.write); // some of it was taken
        return;
    }
    answered();
}

void HttpConnection::answered()
{
    if (m_closeAfter) {
        m_state = State::Draining;
        until(m_limits.drain);
        closeSendingSide(*m_socket);
        drain();
        return;
    }
    m_state = State::Idle;
    until(m_limits.idle);
    if (m_socket->bytesAvailable() > 0) { // through the event loop: one that pipelines doesn't starve the others
        QMetaObject::invokeMethod(this, &HttpConnection::readable, Qt::QueuedConnection);
    }
}

void HttpConnection::drain()
{
    m_drained += m_socket->readAll().size();
    if (m_drained > m_limits.drainBytes) {
        finish();
    }
}

void HttpConnection::handOver(const HttpUpgrade &upgrade)
{
    QTcpSocket *socket = std::exchange(m_socket, nullptr);
    m_state = State::Gone;
    socket->disconnect(this);
    socket->setParent(nullptr);
    deleteLater();
    upgrade.take(socket);
}

void HttpConnection::expire(MonoTime now)
{
    if (m_state == State::Gone || now < m_deadline) {
        return;
    }
    switch (m_state) {
    case State::Head:
        ++m_counters.timedOut;
        if (m_parser) {
            refuse(m_handler.failure(408));
        } else {
            finish(); // never sent a byte
        }
        break;
    case State::Body:
        ++m_counters.timedOut;
        refuse(m_handler.failure(408));
        break;
    case State::Handling:
        ++m_counters.timedOut;
        answer(m_handler.failure(503));
        break;
    case State::Answering:
        ++m_counters.timedOut;
        finish();
        break;
    case State::Hello:
    case State::Idle:
    case State::Draining:
    case State::Gone:
        finish();
        break;
    }
}

void HttpConnection::finish()
{
    if (m_state == State::Gone) {
        return;
    }
    m_state = State::Gone;
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
    deleteLater();
}

} // namespace dtf
