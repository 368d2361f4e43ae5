// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/layout.h"

#include "common/share/sharepath.h"

#include <QDateTime>

namespace dtf::layout {

namespace {

/// folder/leaf; empty when the leaf can't be an entry's name.
SharePath join(const SharePath &folder, const QByteArray &leaf)
{
    return folder.isEmpty() || !isEntryName(leaf) ? SharePath() : folder + '/' + leaf;
}

QByteArray dayText(WallTime day)
{
    return QDateTime::fromMSecsSinceEpoch(day.msecsSinceEpoch).toUTC().date().toString(Qt::ISODate).toLatin1();
}

SharePath tokenPath(const SharePath &folder, const TokenName &token)
{
    return token.name.isEmpty() ? SharePath() : join(folder, format(token));
}

bool isComplete(const StageName &stage)
{
    return stage.epoch > 0 && !stage.boot.isEmpty();
}

SharePath stagePath(const SharePath &folder, const StageName &stage)
{
    return isComplete(stage) ? join(folder, format(stage)) : SharePath();
}

} // namespace

SharePath sentinel()
{
    return "DTF_SHARE_ID";
}
SharePath incoming()
{
    return "incoming";
}
SharePath incoming(QByteArrayView name)
{
    return join(incoming(), name.toByteArray());
}
SharePath processing(const NodeName &node)
{
    return join("processing", node.bytes());
}
SharePath running(const NodeName &node)
{
    return join(processing(node), "running");
}

SharePath assigned(const NodeName &node, const TokenName &token)
{
    return token.epoch == 0 ? SharePath() : tokenPath(processing(node), {token.job, token.epoch, {}, token.name});
}

SharePath running(const NodeName &node, const TokenName &token)
{
    return token.epoch == 0 || token.boot.isEmpty() ? SharePath() : tokenPath(running(node), token);
}

SharePath stageRoot()
{
    return "completed/.stage";
}
SharePath stage(const StageName &stage)
{
    return stagePath(stageRoot(), stage);
}
SharePath stagedToken(const StageName &stage, QByteArrayView name)
{
    return join(layout::stage(stage), name.toByteArray());
}
SharePath stagedResults(const StageName &stage)
{
    return join(layout::stage(stage), "results");
}
SharePath stagedManifest(const StageName &stage)
{
    return join(layout::stage(stage), "manifest.json");
}
SharePath completedDay(WallTime day)
{
    return join("completed", dayText(day));
}

SharePath completed(WallTime day, const JobId &job, QByteArrayView name)
{
    return tokenPath(completedDay(day), {job, 0, {}, name.toByteArray()});
}

SharePath hold()
{
    return "hold";
}
SharePath hold(const TokenName &token)
{
    return tokenPath(hold(), token);
}
SharePath failed()
{
    return "failed";
}
SharePath failed(const TokenName &token)
{
    return tokenPath(failed(), {token.job, token.epoch, {}, token.name});
}
SharePath rejected()
{
    return "rejected";
}

SharePath rejected(const JobId &job, QByteArrayView safeName)
{
    return tokenPath(rejected(), {job, 0, {}, safeName.toByteArray()});
}

SharePath sidecar(const SharePath &token)
{
    return token.isEmpty() ? SharePath() : token + ".json";
}
SharePath nodeLogDay(const NodeName &node, WallTime day)
{
    return join(join("logs", node.bytes()), dayText(day) + ".log");
}

SharePath jobLog(const NodeName &node, const JobId &job, Epoch epoch)
{
    return join(join("logs", node.bytes()), format(StageName {job, epoch, {}}) + ".log");
}

SharePath late(const StageName &stage)
{
    return stagePath(".dtf/late", stage);
}
SharePath alive(const NodeName &node)
{
    return join(".dtf/alive", node.bytes());
}
SharePath lease()
{
    return ".dtf/lease-orchestrator";
}
SharePath probeDir()
{
    return ".dtf/probe";
}
SharePath offlineQueue(const NodeName &node)
{
    return join("offline", node.bytes());
}

QList<SharePath> folders(const QList<NodeName> &nodes)
{
    QList<SharePath> out {incoming(), "processing", "completed", stageRoot(), hold(), failed(), rejected(), "logs", "offline",
        ".dtf", ".dtf/late", ".dtf/alive", probeDir()};
    for (const NodeName &node : nodes) {
        out << processing(node) << running(node) << join("logs", node.bytes()) << offlineQueue(node);
    }
    return out;
}

} // namespace dtf::layout
