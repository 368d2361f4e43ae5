// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/http/headscan.h"
#include "orchestrator/api/http/httplimits.h"
#include "orchestrator/api/http/httpmessage.h"

#include <memory>

namespace dtf {

/// One request from bytes: no socket, no clock. The grammar is Boost.Beast's (`request_parser`); what it lets pass and we don't
/// want is refused here: unknown transfer codings (it would take the message as one without body), a Content-Length or another
/// field that we read given twice, more than 64 fields, targets other than origin-form, versions other than 1.1.
class HttpParser
{
public:
    enum class Step { NeedMore, Ready, Failed };

    explicit HttpParser(const HttpLimits &limits);
    ~HttpParser();
    HttpParser(const HttpParser &) = delete;
    HttpParser &operator=(const HttpParser &) = delete;

    /// `seen`: everything of this request so far, from its first byte; nothing counts as consumed before Ready, then headSize()
    /// bytes.
    [[nodiscard]] Step head(QByteArrayView seen);
    [[nodiscard]] qsizetype headSize() const { return m_scan.headSize(); }
    [[nodiscard]] const HttpHead &request() const { return m_head; }

    /// Between head and body: more than this many bytes is 413. A larger announced length fails at once.
    [[nodiscard]] Step limitBody(qint64 bytes);
    /// Bytes after the head. `consumed`: how many of them belong to this request; the rest is the next one's.
    [[nodiscard]] Step body(QByteArrayView bytes, qsizetype &consumed);
    [[nodiscard]] QByteArray takeBody();

    [[nodiscard]] int status() const { return m_status; } ///< after Failed: the answer's status

private:
    struct Beast; // Boost stays in one .cpp
    Step failed(int status);
    Step readHead();
    Step readFields();
    HttpLimits m_limits;
    HeadScan m_scan;
    HttpHead m_head;
    int m_status = 0;
    std::unique_ptr<Beast> m_beast;
};

} // namespace dtf
