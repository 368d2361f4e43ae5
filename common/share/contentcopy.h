// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/canceltoken.h"
#include "common/share/iofile.h"

namespace dtf {

/// Streams `from` to its end in blocks of 1 MiB, into `to` unless null, and hashes it. Progress is called after each block with
/// the bytes so far; its false, or the token, end it with Cancelled. `name` is for the error's text.
[[nodiscard]] Result<ContentHash> pump(
    IoFile &from, IoFile *to, const Progress &progress, const CancelToken &cancel, QByteArrayView name);

/// Where a copy comes from and goes to.
class CopySides
{
public:
    CopySides() = default;
    CopySides(const CopySides &) = delete;
    CopySides &operator=(const CopySides &) = delete;
    virtual ~CopySides() = default;
    [[nodiscard]] virtual Io<std::unique_ptr<IoFile>> openSource() = 0;
    /// The source by its name, now; NotFound when it has gone.
    [[nodiscard]] virtual Io<EntryInfo> lookAtSource() = 0;
    [[nodiscard]] virtual Io<std::unique_ptr<IoFile>> createTarget() = 0; ///< Exists when there is one
    [[nodiscard]] virtual Io<std::unique_ptr<IoFile>> openTarget() = 0;
    virtual void removeTarget() = 0; ///< only ever called for one that createTarget() made
};

/// A whole, flushed copy or nothing: source unchanged before and after (Changed otherwise), target new, its bytes as hashed on
/// the way. After a failed write or flush the target is removed and written anew from the source, three times in all. With
/// `readBack` the flushed target is read from a fresh descriptor and compared.
[[nodiscard]] Result<ContentHash> copyWhole(
    CopySides &sides, bool readBack, const Progress &progress, const CancelToken &cancel, QByteArrayView name);

} // namespace dtf
