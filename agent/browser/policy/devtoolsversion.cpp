// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/devtoolsversion.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrl>
#include <QUuid>

namespace dtf {

using namespace Qt::StringLiterals;

Result<QString> parseDevToolsVersion(const QByteArray &json)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    const QUrl url(object.value("webSocketDebuggerUrl"_L1).toString());
    const auto prefix = "/devtools/browser/"_L1;
    if (url.scheme() != "ws"_L1 || !url.path().startsWith(prefix)) {
        return fail(ErrorCode::ParseError, u"no webSocketDebuggerUrl in /json/version"_s);
    }
    const QString guid = url.path().sliced(prefix.size());
    if (guid.size() != 36 || QUuid::fromString(guid).isNull()) {
        return fail(ErrorCode::ParseError, u"the browser's id in /json/version is no GUID"_s);
    }
    return guid;
}

QString devToolsEndpoint(const QString &host, int port, const QString &guid)
{
    return u"ws://%1:%2/devtools/browser/%3"_s.arg(host).arg(port).arg(guid);
}

} // namespace dtf
