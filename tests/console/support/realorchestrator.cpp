// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/support/realorchestrator.h"

#include "common/share/localsharefs.h"
#include "orchestrator/orchestratorapp.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace dtf {

using namespace Qt::StringLiterals;

struct RealOrchestrator::Parts
{
    QTemporaryDir folder;
    std::unique_ptr<OrchestratorApp> app;
    quint16 port = 0;
};

RealOrchestrator::RealOrchestrator()
    : m_parts(std::make_unique<Parts>())
{
    OrchestratorConfig config;
    config.shareRoot = m_parts->folder.filePath(u"share"_s);
    config.storePath = m_parts->folder.filePath(u"store.sqlite"_s);
    config.shareCache = milliseconds(0);
    config.stableFor = milliseconds(200);
    config.stableLooks = 2;
    config.shareRescan = milliseconds(200);
    config.listenPort = 0;
    NodeConfig node;
    node.name = *NodeName::parse("DTF-01");
    config.nodes = {node};
    QDir().mkpath(config.shareRoot);
    LocalShareFs(config.shareRoot, {milliseconds(0), milliseconds(0)}).initialise({node.name}).value();
    AccessList access;
    const auto hash = [](const char *secret) { return QCryptographicHash::hash(secret, QCryptographicHash::Sha256); };
    access.add({Role::Operator, u"anna"_s, {}}, hash(annasToken));
    access.add({Role::Operator, u"bob"_s, {}}, hash(bobsToken));
    m_parts->app = std::make_unique<OrchestratorApp>(config, access);
    m_parts->port = m_parts->app->start().value_or(0);
}

RealOrchestrator::~RealOrchestrator() = default;

QUrl RealOrchestrator::url() const
{
    return QUrl(u"http://127.0.0.1:%1"_s.arg(m_parts->port));
}

bool RealOrchestrator::drop(const QByteArray &name) const
{
    QFile file(m_parts->folder.filePath(u"share/incoming/"_s) + QString::fromUtf8(name));
    return file.open(QIODevice::WriteOnly) && file.write("a;b\n1;2\n") == 8;
}

} // namespace dtf
