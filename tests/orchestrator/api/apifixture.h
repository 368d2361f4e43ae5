// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "common/protocol/codec.h"
#include "common/protocol/version.h"

#include <QCryptographicHash>

namespace dtf::apifixture {

inline const QByteArray viewerToken = "viewer-token-0123456789abcdef";
inline const QByteArray operatorToken = "operator-token-0123456789abcdef";
inline const QByteArray nodeToken = "node-token-one-0123456789abcdef";
inline const QByteArray otherNodeToken = "node-token-two-0123456789abcdef";
inline const QByteArray jobText = "01JDCQ5T3M8YZKX4W9RVN7B2HC";

inline NodeName node(const char *name = "DTF-01")
{
    return *NodeName::parse(name);
}

inline AccessList accessList()
{
    AccessList list;
    const auto add = [&](Role role, const QString &name, const NodeName &of, const QByteArray &token) {
        list.add({role, name, of}, QCryptographicHash::hash(token, QCryptographicHash::Sha256));
    };
    add(Role::Viewer, QStringLiteral("bob"), {}, viewerToken);
    add(Role::Operator, QStringLiteral("anna"), {}, operatorToken);
    add(Role::Node, QStringLiteral("DTF-01"), node(), nodeToken);
    add(Role::Node, QStringLiteral("DTF-02"), node("DTF-02"), otherNodeToken);
    return list;
}

inline Heartbeat beat(const char *name = "DTF-01")
{
    Heartbeat beat;
    beat.protocol = protocolVersion;
    beat.node = node(name);
    beat.boot = *BootId::parse("k7m2p9xz");
    beat.seq = 1;
    beat.machine = "machine-1";
    beat.machineBoot = "boot-1";
    beat.version = QStringLiteral("0.1.0");
    return beat;
}

/// A fleet state that the codec can write.
inline StateView state()
{
    StateView view;
    view.summary.orchestratorBoot = *BootId::parse("0rch3str");
    view.summary.shareOk = true;
    view.summary.jobsByState = QList<qint64>(11, 0);
    NodeView one;
    one.node = node();
    one.state = QStringLiteral("ready");
    one.beat = beat();
    view.nodes = {one};
    return view;
}

inline QByteArray request(const QByteArray &method, const QByteArray &path, const QByteArray &token, const QByteArray &body = {})
{
    QByteArray out = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!token.isEmpty()) {
        out += "Authorization: Bearer " + token + "\r\n";
    }
    if (method == "POST") {
        out += "Content-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
    }
    return out + "\r\n" + body;
}

} // namespace dtf::apifixture
