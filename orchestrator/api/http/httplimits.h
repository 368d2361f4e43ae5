// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QtGlobal>

namespace dtf {

/// Every bound of the HTTP server. Bytes and wall-independent durations; tests inject short ones.
struct HttpLimits
{
    qsizetype headBytes = qsizetype {16} * 1024; ///< request line and fields with the empty line
    int headFields = 64;
    milliseconds head {10'000}; ///< from accept, or the first byte of a later request, to the empty line
    milliseconds body {15'000}; ///< from the head to the last byte of the body
    milliseconds idle {60'000}; ///< between two requests
    milliseconds answer {30'000}; ///< from the last byte of the request to its answer; then 503
    milliseconds write {30'000}; ///< without any progress of an answer being read
    milliseconds drain {2'000}; ///< after an error answer was sent and the sending side closed
    qint64 drainBytes = qint64 {8} * 1024 * 1024;
    qint64 readBuffer = qint64 {64} * 1024; ///< what Qt may hold unread per connection; the rest stays in the kernel
    int connections = 1'000; ///< WebSockets included
    int perAddress = 64; ///< WebSockets included; one IPv4 address or one IPv6 /64
    milliseconds tick {250}; ///< how often deadlines are looked at
};

} // namespace dtf
