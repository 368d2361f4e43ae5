// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/escape.h"
#include "console/ctl/ctlrun.h"
#include "console/text/texts.h"

using namespace Qt::StringLiterals;

namespace dtf {

QString troubleText(const Error &error, int status, const QUrl &server, bool hasToken)
{
    const QString where = escapedForLog(server.toDisplayString());
    QStringList safe; // a sentence of ours may have several lines
    for (const QString &line : error.detail.split(u'\n')) {
        safe.append(escapedForLog(line));
    }
    const QString detail = safe.join(u'\n');
    if (status == 0 && error.code == ErrorCode::Timeout) {
        return u"The orchestrator at %1 did not answer in time. Try again, or give it longer with --timeout."_s.arg(where);
    }
    if (error.code == ErrorCode::Untrusted) {
        return u"Nothing was sent to %1: %2 (--fingerprint)."_s.arg(where, detail);
    }
    if (status == 0) {
        return u"The orchestrator at %1 can't be reached (%2). Check the address (--server), that it runs, and the network."_s
            .arg(where, detail);
    }
    if (status < 400) {
        return u"What answers at %1 is no orchestrator of this version (%2). Check the address (--server)."_s.arg(where, detail);
    }
    if (error.code == ErrorCode::Unauthorised && !hasToken) {
        return u"The orchestrator asks for a token. Name the file that holds yours with --token-file or DTF_TOKEN_FILE."_s;
    }
    if (error.code == ErrorCode::Unauthorised || error.code == ErrorCode::Forbidden || detail.isEmpty()) {
        return textOf(error.code) + (detail.isEmpty() ? QString() : u" ("_s + detail + u')');
    }
    if (error.code == ErrorCode::NotFound || error.code == ErrorCode::InvalidArgument) {
        return detail;
    }
    return textOf(error.code) + u" ("_s + detail + u')';
}

} // namespace dtf
