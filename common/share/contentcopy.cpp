// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/contentcopy.h"

#include "common/core/escape.h"

#include <QCryptographicHash>

#include <optional>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 blockSize = qint64 {1024} * 1024;
constexpr int attempts = 3;

tl::unexpected<Error> failed(const IoError &error, QLatin1StringView what, QByteArrayView name)
{
    return tl::unexpected<Error>(toError(error, what, name));
}

tl::unexpected<Error> changed(QByteArrayView name)
{
    return fail(ErrorCode::Changed, u"changed while it was copied: "_s + escapedForLog(name));
}

bool isSame(const EntryInfo &a, const EntryInfo &b)
{
    return a.kind == EntryKind::File && b.kind == EntryKind::File && a.size == b.size && a.mtimeNs == b.mtimeNs
        && a.fileId == b.fileId;
}

/// Source to target, flushed and closed.
Result<ContentHash> copyOnce(
    CopySides &sides, IoFile &target, const Progress &progress, const CancelToken &cancel, QByteArrayView name)
{
    const auto source = sides.openSource();
    if (!source) {
        return failed(source.error(), "open"_L1, name);
    }
    const auto before = (*source)->info();
    if (!before) {
        return failed(before.error(), "stat"_L1, name);
    }
    auto hash = pump(**source, &target, progress, cancel, name);
    if (!hash) {
        return hash;
    }
    if (const auto synced = target.sync(); !synced) {
        return failed(synced.error(), "flush copy of"_L1, name);
    }
    if (const auto closed = target.close(); !closed) {
        return failed(closed.error(), "close copy of"_L1, name);
    }
    const auto after = (*source)->info();
    const auto byName = sides.lookAtSource();
    if (!after || (!byName && byName.error().kind != IoKind::NotFound)) {
        return failed(after ? byName.error() : after.error(), "stat"_L1, name);
    }
    if (hash->size != before->size || !isSame(*before, *after) || !byName || !isSame(*before, *byName)) {
        return changed(name);
    }
    return hash;
}

Result<void> compareReadBack(
    CopySides &sides, const ContentHash &expected, const Progress &progress, const CancelToken &cancel, QByteArrayView name)
{
    const auto file = sides.openTarget();
    if (!file) {
        return failed(file.error(), "open copy of"_L1, name);
    }
    (*file)->dropCache();
    const Progress standing = [&](qint64) { return !progress || progress(expected.size); };
    const auto found = pump(**file, nullptr, standing, cancel, name);
    if (!found) {
        return tl::unexpected(found.error());
    }
    if (found->size != expected.size || found->sha256 != expected.sha256) {
        return fail(ErrorCode::IoError, u"read back differs from what was written: "_s + escapedForLog(name));
    }
    return {};
}

} // namespace

Result<ContentHash> pump(IoFile &from, IoFile *to, const Progress &progress, const CancelToken &cancel, QByteArrayView name)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray block(blockSize, Qt::Uninitialized);
    qint64 done = 0;
    for (;;) {
        if (cancel.isCancelled()) {
            return fail(ErrorCode::Cancelled, u"cancelled"_s);
        }
        const auto got = from.read(block.data(), block.size());
        if (!got) {
            return failed(got.error(), "read"_L1, name);
        }
        if (*got == 0) {
            return ContentHash {hash.result(), done};
        }
        const QByteArrayView data(block.constData(), *got);
        hash.addData(data);
        if (to) {
            if (const auto put = to->write(data); !put) {
                return failed(put.error(), "write copy of"_L1, name);
            }
        }
        done += *got;
        if (progress && !progress(done)) {
            return fail(ErrorCode::Cancelled, u"cancelled"_s);
        }
    }
}

Result<ContentHash> copyWhole(
    CopySides &sides, bool readBack, const Progress &progress, const CancelToken &cancel, QByteArrayView name)
{
    std::optional<Error> last;
    for (int attempt = 1;; ++attempt) {
        auto target = sides.createTarget();
        if (!target && last) {
            return tl::unexpected(*last); // what made us try again says more than the leftover in the way
        }
        if (!target) {
            return failed(target.error(), "create copy of"_L1, name);
        }
        auto hash = copyOnce(sides, **target, progress, cancel, name);
        target->reset(); // closed before it is read back or removed
        if (hash && readBack) {
            if (const auto same = compareReadBack(sides, *hash, progress, cancel, name); !same) {
                hash = tl::unexpected(same.error());
            }
        }
        if (hash) {
            return hash;
        }
        sides.removeTarget();
        if (hash.error().code != ErrorCode::IoError || attempt == attempts) {
            return hash;
        }
        last = hash.error();
    }
}

} // namespace dtf
