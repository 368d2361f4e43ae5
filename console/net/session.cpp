// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/session.h"

namespace dtf {

using namespace Qt::StringLiterals;

Session::Session(const Server &server, std::unique_ptr<Feed> feed, QObject *parent)
    : QObject(parent)
    , m_server(server)
    , m_feed(std::move(feed))
    , m_client({server.url, server.token, milliseconds(10'000), server.trust})
{
    connect(m_feed.get(), &Feed::hello, this, [this](const FeedHello &hello) {
        m_user = hello.user;
        m_mayCommand = hello.role == u"operator"_s;
        Q_EMIT welcomed();
    });
}

} // namespace dtf
