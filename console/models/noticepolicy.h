// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/model/alert.h"

#include <QMap>

#include <utility>

namespace dtf {

/// Which alerts a person is called for: critical ones that nobody has acknowledged, each cause once; one that comes and goes is
/// not told again before it was quiet for a while. Pure but for what it remembers.
class NoticePolicy
{
public:
    static constexpr milliseconds quietFor {10 * 60 * 1'000};

    [[nodiscard]] bool shouldTell(const Alert &alert, MonoTime now);

private:
    QMap<std::pair<AlertKind, QByteArray>, MonoTime> m_told; ///< when it was raised last
};

} // namespace dtf
