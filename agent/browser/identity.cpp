// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/identity.h"

#include "agent/browser/policy/devtoolsversion.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// Temporary file beside it, flushed to the disk, renamed over it (QSaveFile's commit). On Windows a script that reads the file
/// at this moment makes the rename fail; the caller tries again.
Result<void> replaceFile(const QString &path, const QJsonObject &object)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    file.setDirectWriteFallback(false);
    const QByteArray bytes = QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit()) {
        return fail(ErrorCode::IoError, u"%1: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

} // namespace

Result<BrowserIdentity> readIdentity(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::NotFound, u"%1: %2"_s.arg(path, file.errorString()));
    }
    const QJsonObject object = QJsonDocument::fromJson(file.read(qint64 {64} * 1024)).object();
    BrowserIdentity identity;
    identity.pid = object.value("pid"_L1).toInteger();
    bool ok = false; // a text: a FILETIME doesn't fit a JSON number
    identity.startTime = object.value("startTime"_L1).toString().toULongLong(&ok);
    identity.machineBoot = object.value("machineBoot"_L1).toString();
    identity.port = object.value("port"_L1).toInt();
    identity.guid = object.value("guid"_L1).toString();
    identity.profile = object.value("profile"_L1).toString();
    if (!ok || identity.pid <= 0 || identity.port <= 0 || identity.port > 65535 || identity.guid.isEmpty()
        || identity.profile.isEmpty()) {
        return fail(ErrorCode::ParseError, u"%1 is no browser identity"_s.arg(path));
    }
    return identity;
}

Result<void> writeIdentity(const QString &path, const BrowserIdentity &identity)
{
    return replaceFile(path,
        {{u"pid"_s, identity.pid}, {u"startTime"_s, QString::number(identity.startTime)},
            {u"machineBoot"_s, identity.machineBoot}, {u"port"_s, identity.port}, {u"guid"_s, identity.guid},
            {u"profile"_s, identity.profile}});
}

Result<void> writeEndpointFile(const QString &path, int port, const QString &guid)
{
    return replaceFile(path, {{u"wsEndpoint"_s, devToolsEndpoint(u"localhost"_s, port, guid)}});
}

Result<void> removeEndpointFile(const QString &path)
{
    QFile file(path);
    if (file.exists() && !file.remove()) {
        return fail(ErrorCode::IoError, u"%1: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

} // namespace dtf
