// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/session.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

FeedClient::Options feedOptions(const Session::Server &server)
{
    FeedClient::Options options;
    options.socket.url = server.url;
    options.socket.token = server.token;
    options.socket.trust = server.trust;
    options.socket.pingEvery = milliseconds(2'000); // what is shown counts as current for 5 s
    return options;
}

} // namespace

Session::Session(const Server &server, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_feed(feedOptions(server))
    , m_client({server.url, server.token, milliseconds(10'000), server.trust})
{
    connect(&m_feed, &FeedClient::hello, this, [this](const FeedHello &hello) {
        m_user = hello.user;
        m_mayCommand = hello.role == u"operator"_s;
        Q_EMIT welcomed();
    });
}

} // namespace dtf
