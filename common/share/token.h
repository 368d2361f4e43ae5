// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/ids.h"

#include <QByteArray>

#include <optional>

namespace dtf {

/// The parts of a token's file name: `<J>[.e<N>[.b<B>]]~<name>`. File names are bytes throughout: UTF-8 when they are text,
/// anything on a Linux disk (on Windows lone surrogates come as WTF-8).
struct TokenName
{
    JobId job;
    Epoch epoch = 0; ///< 0: the form without epoch
    BootId boot; ///< empty: the form without boot
    QByteArray name; ///< the producer's file name, verbatim
    bool operator==(const TokenName &) const = default;
};

/// `<J>.e<N>.b<B>~<name>` with the parts that are set.
[[nodiscard]] QByteArray format(const TokenName &token);
/// Strict: only what format() makes (no leading zeros, upper-case J, boot only with an epoch, name not empty).
[[nodiscard]] std::optional<TokenName> parseToken(QByteArrayView fileName);

/// `<J>.e<N>.b<B>`: a folder in completed/.stage and .dtf/late.
struct StageName
{
    JobId job;
    Epoch epoch = 0;
    BootId boot;
    bool operator==(const StageName &) const = default;
};
[[nodiscard]] QByteArray format(const StageName &stage);
[[nodiscard]] std::optional<StageName> parseStage(QByteArrayView folderName);

/// Longest producer name that still fits into every token form on NTFS, ext4 and SMB (255 units, less prefix and ".json").
inline constexpr qsizetype maxNameBytes = 190;

} // namespace dtf
