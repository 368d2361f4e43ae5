// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/api/http/httpmessage.h"

namespace dtf {

QByteArray reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 409:
        return "Conflict";
    case 413:
        return "Content Too Large";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Status";
    }
}

QByteArray serialised(const HttpResponse &response, bool keepAlive)
{
    QByteArray out;
    out.reserve(response.body.size() + 320);
    out += "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + reasonPhrase(response.status);
    out += "\r\nContent-Type: " + response.contentType;
    out += "\r\nContent-Length: " + QByteArray::number(response.body.size());
    out += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff";
    if (response.status == 401) {
        out += "\r\nWWW-Authenticate: Bearer";
    }
    if (response.status == 426) {
        out += "\r\nUpgrade: websocket";
    }
    if (!response.allow.isEmpty()) {
        out += "\r\nAllow: " + response.allow;
    }
    if (response.retryAfterSeconds > 0) {
        out += "\r\nRetry-After: " + QByteArray::number(response.retryAfterSeconds);
    }
    out += keepAlive ? "\r\nConnection: keep-alive\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    out += response.body;
    return out;
}

} // namespace dtf
