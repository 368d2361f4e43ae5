// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

namespace dtf {

/// The secret with which a machine joins the pool: 150 random bits, written as six groups of five Crockford base-32 characters,
/// e.g. 7K2QD-0X9FA-…. Made by dtf-ctl on the operator's machine; the orchestrator only ever keeps its digest.
class JoinCode
{
public:
    [[nodiscard]] static JoinCode generate();
    /// As a person writes it: in any case, with or without dashes and blanks, O for 0, I and L for 1. InvalidArgument otherwise;
    /// the code itself is in no message.
    [[nodiscard]] static Result<JoinCode> parse(QByteArrayView text);
    [[nodiscard]] QByteArray text() const; ///< with dashes
    [[nodiscard]] QByteArray digest() const; ///< SHA-256, 32 bytes

    static constexpr qsizetype characters = 30;
    static constexpr qsizetype longestText = 128; ///< longer ones are not even looked at

private:
    QByteArray m_plain; ///< 30 characters
};

/// SHA-256, 32 bytes.
[[nodiscard]] QByteArray sha256Of(QByteArrayView secret);
/// Takes the same time wherever they differ; sizes may be told apart.
[[nodiscard]] bool sameSecret(QByteArrayView a, QByteArrayView b);
/// A new bearer token: 256 random bits.
[[nodiscard]] QByteArray newBearerToken();

} // namespace dtf
