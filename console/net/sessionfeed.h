// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/session.h"

namespace dtf {

/// A session's feed by WebSocket, with the session's token and trust; not started. Thread: the caller's.
[[nodiscard]] std::unique_ptr<Feed> makeFeed(const Session::Server &server);

} // namespace dtf
