// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/zone/zonelister.h"

namespace dtf {

namespace {

/// Tokens directly in `folder`; a missing folder is empty, any other error makes the whole listing incomplete.
void listTokens(ShareFs &share, const SharePath &folder, SeenWhere where, const NodeName &node, ZoneSeen &seen)
{
    const Result<QList<EntryInfo>> entries = share.list(folder, false);
    if (!entries) {
        seen.complete = seen.complete && entries.error().code == ErrorCode::NotFound;
        return;
    }
    for (const EntryInfo &entry : *entries) {
        if (entry.name.endsWith(".json") && parseToken(entry.name.chopped(5)) && where != SeenWhere::Assigned
            && where != SeenWhere::Running) {
            continue; // a sidecar; a producer's own .json is never accepted there
        }
        if (const auto token = parseToken(entry.name); token && entry.kind != EntryKind::Directory) {
            seen.tokens.append({where, node, *token, folder + '/' + entry.name, entry.size});
        }
    }
}

} // namespace

ZoneSeen listZone(ShareFs &share, const QList<NodeName> &nodes, const Now &now)
{
    ZoneSeen seen;
    seen.startedAt = now.mono;
    seen.complete = true;
    QList<NodeName> all = nodes;
    if (const Result<QList<EntryInfo>> folders = share.list("processing", false)) {
        for (const EntryInfo &entry : *folders) {
            const Result<NodeName> node = NodeName::parse(entry.name);
            if (node && !all.contains(*node)) {
                all.append(*node);
            }
        }
    } else {
        seen.complete = false;
    }
    for (const NodeName &node : all) {
        // running/ after its parent: a token claimed in between is seen twice or in running/, never missed
        listTokens(share, layout::processing(node), SeenWhere::Assigned, node, seen);
        listTokens(share, layout::running(node), SeenWhere::Running, node, seen);
    }
    if (const Result<QList<EntryInfo>> stages = share.list(layout::stageRoot(), false)) {
        for (const EntryInfo &entry : *stages) {
            const auto stage = parseStage(entry.name);
            if (!stage) {
                continue;
            }
            const Result<QList<EntryInfo>> inside = share.list(layout::stage(*stage), false);
            if (!inside) {
                seen.complete = seen.complete && inside.error().code == ErrorCode::NotFound;
                continue;
            }
            for (const EntryInfo &file : *inside) { // the token is the file that is not the manifest
                if (file.kind == EntryKind::File && layout::stage(*stage) + '/' + file.name != layout::stagedManifest(*stage)
                    && !file.name.startsWith('.')) {
                    seen.tokens.append({SeenWhere::Stage, {}, {stage->job, stage->epoch, stage->boot, file.name},
                        layout::stagedToken(*stage, file.name), file.size});
                }
            }
        }
    } else {
        seen.complete = seen.complete && stages.error().code == ErrorCode::NotFound;
    }
    listTokens(share, layout::hold(), SeenWhere::Hold, {}, seen);
    listTokens(share, layout::failed(), SeenWhere::Failed, {}, seen);
    return seen;
}

TraceDone trace(ShareFs &share, const QList<TraceWish> &wishes, const Now &now)
{
    TraceDone done;
    done.startedAt = now.mono;
    for (const TraceWish &wish : wishes) {
        std::optional<SeenToken> found;
        bool sure = true;
        for (SeenToken candidate : wish.candidates) {
            const Result<EntryInfo> info = share.look(candidate.path);
            if (info) {
                candidate.size = info->size;
                found = candidate;
                break;
            }
            sure = sure && info.error().code == ErrorCode::NotFound;
        }
        // A token's name is its own; what lies in incoming may be another file of the same name, so there the other places count.
        const bool isToken = found && found->where != SeenWhere::Incoming;
        if (isToken || sure) {
            done.found.append({wish.job, found});
        }
    }
    return done;
}

HealthLook lookAtHealth(ShareFs &share, const QByteArray &expectedUuid, bool write, Lease &lease, const Now &now)
{
    HealthLook look;
    const Result<ShareIdentity> identity = share.identity();
    if (!identity) {
        look.health.detail = identity.error().detail.toUtf8();
        return look;
    }
    look.uuid = identity->uuid;
    if (!expectedUuid.isEmpty() && identity->uuid != expectedUuid) {
        look.health.detail = "another share is mounted here (" + identity->uuid + " instead of " + expectedUuid
            + "): nothing is touched; is the move to another share meant, then start the orchestrator once with --adopt-share";
        return look;
    }
    if (identity->layoutVersion != layout::version) {
        look.health.detail = "the share has layout " + QByteArray::number(identity->layoutVersion) + ", this program needs "
            + QByteArray::number(layout::version);
        return look;
    }
    const Result<Lease::Look> leased = lease.step(share, now);
    if (!leased || leased->standing != Lease::Standing::Held) {
        look.other = leased && leased->standing == Lease::Standing::Other;
        look.health.detail = leased ? leased->detail : leased.error().detail.toUtf8();
        return look;
    }
    if (write) {
        if (const Result<void> probed = share.probe(); !probed) {
            look.health.detail = probed.error().detail.toUtf8();
            return look;
        }
    }
    look.health.ok = true;
    look.health.uuid = identity->uuid;
    if (const Result<QList<EntryInfo>> alive = share.list(".dtf/alive", true)) {
        for (const EntryInfo &entry : *alive) {
            if (const Result<NodeName> node = NodeName::parse(entry.name)) {
                look.health.alive.append({*node,
                    QByteArray::number(entry.mtimeNs) + '/' + QByteArray::number(entry.size) + '/' + entry.fileId.toHex()});
            }
        }
    }
    return look;
}

} // namespace dtf
