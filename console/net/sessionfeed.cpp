// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/sessionfeed.h"

#include "console/net/feedclient.h"

namespace dtf {

std::unique_ptr<Feed> makeFeed(const Session::Server &server)
{
    FeedClient::Options options;
    options.socket.url = server.url;
    options.socket.token = server.token;
    options.socket.trust = server.trust;
    options.socket.pingEvery = milliseconds(2'000); // what is shown counts as current for 5 s
    return std::make_unique<FeedClient>(options);
}

} // namespace dtf
