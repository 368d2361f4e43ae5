// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/localshareprivate.h"
#include "common/share/sentinel.h"

#include <QUuid>

namespace dtf {

using namespace Qt::StringLiterals;

Result<ShareIdentity> LocalShareFs::Private::identify()
{
    const auto refuse = [this](ErrorCode code, const QString &detail) {
        io->unpin();
        return fail(code, detail);
    };
    io->unpin();
    beat();
    if (const auto pinned = io->pin(); !pinned) {
        return refuse(ErrorCode::ShareDown, toError(pinned.error(), "look at"_L1, layout::sentinel()).detail);
    }
    const auto content = readWhole(layout::sentinel(), 4096);
    if (!content && content.error().code == ErrorCode::TooLarge) {
        return refuse(ErrorCode::ShareWrong, content.error().detail);
    }
    if (!content) {
        return refuse(ErrorCode::ShareDown, content.error().detail);
    }
    auto found = parseSentinel(*content);
    if (!found) {
        return refuse(found.error().code, found.error().detail);
    }
    if (!boundUuid.isEmpty() && boundUuid != found->uuid) {
        return refuse(ErrorCode::ShareWrong,
            u"another share is mounted here: %1 instead of %2"_s.arg(
                QLatin1StringView(found->uuid), QLatin1StringView(boundUuid)));
    }
    boundUuid = found->uuid;
    return found;
}

Result<ShareIdentity> LocalShareFs::identity()
{
    return d->identify();
}

Result<ShareIdentity> LocalShareFs::initialise(const QList<NodeName> &nodes)
{
    auto found = d->identify();
    if (!found) {
        const auto sentinel = d->io->look(layout::sentinel());
        if (sentinel || sentinel.error().kind != IoKind::NotFound) {
            return found; // one that we can't read or must not take, or no root
        }
        const ShareIdentity fresh {QUuid::createUuid().toByteArray(QUuid::WithoutBraces), layout::version};
        const auto written = d->publishSmall(layout::sentinel(), renderSentinel(fresh), false);
        if (!written && written.error().code != ErrorCode::AlreadyExists) { // somebody else's at the same time will do
            return tl::unexpected(written.error());
        }
        found = d->identify();
        if (!found) {
            return found;
        }
    }
    const auto folders = layout::folders(nodes);
    for (const SharePath &folder : folders) {
        if (const auto made = makeFolder(folder); !made) {
            return tl::unexpected(made.error());
        }
    }
    return found;
}

Result<void> LocalShareFs::probe()
{
    if (const auto ready = d->ready(); !ready) {
        return ready;
    }
    const SharePath first = layout::probeDir() + '/' + randomName();
    const SharePath second = first + ".moved";
    auto done = d->writeNew(first, "probe\n");
    QLatin1StringView what = "write"_L1;
    if (done) {
        what = "rename"_L1;
        done = d->io->move(first, second, ShareIo::MoveKind::File);
    }
    if (done) {
        what = "remove"_L1;
        done = d->io->removeFile(second);
    }
    if (done) {
        return {};
    }
    (void)d->io->removeFile(first); // whichever is there
    (void)d->io->removeFile(second);
    return d->failed(done.error(), what, first);
}

} // namespace dtf
