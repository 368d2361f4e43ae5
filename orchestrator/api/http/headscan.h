// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/http/httplimits.h"

#include <QByteArrayView>

namespace dtf {

/// Where the head of a request ends, found byte by byte, and the refusal of everything that a grammar parser would fold, skip or
/// wait for: bare LF, bare CR, NUL and other control characters, folded lines (RFC 9112 §5.2 lets us refuse them), a first byte
/// that starts no method. Pure; remembers how far it has looked, so that a head that comes in single bytes costs one pass.
class HeadScan
{
public:
    enum class Step { NeedMore, Complete, Bad, TooLarge };
    /// `seen`: everything received of this request so far, from its first byte.
    [[nodiscard]] Step look(QByteArrayView seen, qsizetype limit);
    [[nodiscard]] qsizetype headSize() const { return m_pos; } ///< after Complete

private:
    [[nodiscard]] bool legal(QByteArrayView seen, qsizetype i) const;
    qsizetype m_pos = 0;
};

} // namespace dtf
