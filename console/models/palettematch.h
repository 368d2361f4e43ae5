// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace dtf {

/// How well `text` answers what was typed; -1: not at all, more is better. Every word typed must be in it, upper and lower case
/// alike: at its beginning counts more than at the beginning of a word, that more than inside one. Pure.
[[nodiscard]] int matchScore(QStringView typed, QStringView text);

} // namespace dtf
