// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/httpparser.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace dtf {

namespace http = boost::beast::http;

namespace {

QByteArray bytes(boost::beast::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

/// A body in a QByteArray that grows with what arrives, whatever length was announced.
struct BytesBody
{
    using value_type = QByteArray;
    class reader
    {
    public:
        template <bool isRequest, class Fields>
        reader(http::header<isRequest, Fields> &, value_type &body)
            : m_body(body)
        { }
        void init(const boost::optional<std::uint64_t> &, boost::beast::error_code &ec) { ec = {}; }
        template <class Buffers> std::size_t put(const Buffers &buffers, boost::beast::error_code &ec)
        {
            ec = {};
            std::size_t taken = 0;
            for (const boost::asio::const_buffer buffer : boost::beast::buffers_range_ref(buffers)) {
                m_body.append(static_cast<const char *>(buffer.data()), static_cast<qsizetype>(buffer.size()));
                taken += buffer.size();
            }
            return taken;
        }
        void finish(boost::beast::error_code &ec) { ec = {}; }

    private:
        value_type &m_body;
    };
};

int statusOf(const boost::beast::error_code &ec)
{
    if (ec == http::error::header_limit) {
        return 431;
    }
    if (ec == http::error::body_limit) {
        return 413;
    }
    return ec == http::error::bad_version ? 505 : 400;
}

bool legalTarget(QByteArrayView target)
{
    if (target.isEmpty() || target.front() != '/' || target.size() > 2048) {
        return false;
    }
    for (const char c : target) {
        if (c <= 0x20 || c >= 0x7f || c == '#' || c == '\\') {
            return false;
        }
    }
    return true;
}

} // namespace

struct HttpParser::Beast
{
    http::request_parser<BytesBody> parser;
};

HttpParser::HttpParser(const HttpLimits &limits)
    : m_limits(limits)
    , m_beast(std::make_unique<Beast>())
{
    m_beast->parser.header_limit(static_cast<std::uint32_t>(limits.headBytes));
    m_beast->parser.body_limit(boost::none); // decided by limitBody()
    m_beast->parser.eager(false);
}

HttpParser::~HttpParser() = default;

HttpParser::Step HttpParser::failed(int status)
{
    m_status = status;
    return Step::Failed;
}

HttpParser::Step HttpParser::head(QByteArrayView seen)
{
    switch (m_scan.look(seen, m_limits.headBytes)) {
    case HeadScan::Step::NeedMore:
        return Step::NeedMore;
    case HeadScan::Step::Bad:
        return failed(400);
    case HeadScan::Step::TooLarge:
        return failed(431);
    case HeadScan::Step::Complete:
        break;
    }
    boost::beast::error_code ec;
    const std::size_t used =
        m_beast->parser.put(boost::asio::const_buffer(seen.data(), static_cast<std::size_t>(m_scan.headSize())), ec);
    if (ec) {
        return failed(statusOf(ec));
    }
    if (!m_beast->parser.is_header_done() || used != static_cast<std::size_t>(m_scan.headSize())) {
        return failed(400); // the two readings of the same bytes must agree
    }
    return readHead();
}

HttpParser::Step HttpParser::readHead()
{
    auto &parser = m_beast->parser;
    const auto &message = parser.get();
    if (message.version() != 11) {
        return failed(505);
    }
    m_head.method = bytes(message.method_string());
    const QByteArray target = bytes(message.target());
    if (!legalTarget(target)) {
        return failed(400);
    }
    const qsizetype mark = target.indexOf('?');
    m_head.path = mark < 0 ? target : target.left(mark);
    m_head.query = mark < 0 ? QByteArray() : target.mid(mark + 1);
    return readFields();
}

HttpParser::Step HttpParser::readFields()
{
    auto &parser = m_beast->parser;
    constexpr std::array once {http::field::host, http::field::origin, http::field::authorization, http::field::content_type,
        http::field::content_length, http::field::transfer_encoding, http::field::upgrade, http::field::expect,
        http::field::sec_websocket_key, http::field::sec_websocket_version};
    std::array<int, once.size()> times {};
    int count = 0;
    bool webSocket = false;
    for (const auto &field : parser.get()) {
        if (++count > m_limits.headFields) {
            return failed(431);
        }
        const auto known = std::find(once.begin(), once.end(), field.name());
        if (known == once.end()) {
            continue;
        }
        if (++times[static_cast<std::size_t>(known - once.begin())] > 1) {
            return failed(400);
        }
        const QByteArray value = bytes(field.value());
        switch (field.name()) {
        case http::field::host:
            m_head.host = value;
            break;
        case http::field::origin:
            m_head.origin = value;
            break;
        case http::field::authorization:
            m_head.authorization = value;
            break;
        case http::field::content_type:
            m_head.contentType = value;
            break;
        case http::field::content_length: // Beast takes "5, 5", too
            if (!std::all_of(value.cbegin(), value.cend(), [](char c) { return c >= '0' && c <= '9'; })) {
                return failed(400);
            }
            break;
        case http::field::transfer_encoding:
            if (value.compare("chunked", Qt::CaseInsensitive) != 0) {
                return failed(501);
            }
            break;
        case http::field::upgrade:
            webSocket = value.compare("websocket", Qt::CaseInsensitive) == 0;
            break;
        case http::field::expect:
            if (value.compare("100-continue", Qt::CaseInsensitive) != 0) {
                return failed(417);
            }
            m_head.expectContinue = true;
            break;
        case http::field::sec_websocket_key:
            m_head.webSocketKey = value;
            break;
        case http::field::sec_websocket_version:
            m_head.webSocketVersion = value;
            break;
        default:
            break;
        }
    }
    if (times[0] != 1) {
        return failed(400); // RFC 9112 §3.2: exactly one Host
    }
    m_head.chunked = parser.chunked();
    const auto length = parser.content_length();
    if (length && *length > static_cast<std::uint64_t>(std::numeric_limits<qint64>::max())) {
        return failed(413);
    }
    m_head.contentLength = length ? static_cast<qint64>(*length) : 0;
    m_head.keepAlive = parser.keep_alive();
    m_head.upgradeWebSocket = webSocket && parser.upgrade();
    return Step::Ready;
}

HttpParser::Step HttpParser::limitBody(qint64 limit)
{
    if (m_head.contentLength > limit || (m_head.chunked && limit <= 0)) {
        return failed(413);
    }
    m_beast->parser.body_limit(static_cast<std::uint64_t>(limit));
    return m_beast->parser.is_done() ? Step::Ready : Step::NeedMore;
}

HttpParser::Step HttpParser::body(QByteArrayView more, qsizetype &consumed)
{
    auto &parser = m_beast->parser;
    consumed = 0;
    while (!parser.is_done() && consumed < more.size()) {
        boost::beast::error_code ec;
        const std::size_t used =
            parser.put(boost::asio::const_buffer(more.data() + consumed, static_cast<std::size_t>(more.size() - consumed)), ec);
        consumed += static_cast<qsizetype>(used);
        if (ec == http::error::need_more) {
            return Step::NeedMore;
        }
        if (ec) {
            return failed(statusOf(ec));
        }
        if (used == 0) {
            break;
        }
    }
    return parser.is_done() ? Step::Ready : Step::NeedMore;
}

QByteArray HttpParser::takeBody()
{
    return std::move(m_beast->parser.get().body());
}

} // namespace dtf
