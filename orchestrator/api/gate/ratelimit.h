// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"

#include <QByteArray>
#include <QHash>

namespace dtf {

/// At most `count` events per `window` for each key; a new window begins with the first event after the old one's end. Bounded:
/// with `maxKeys` live keys, a new key is over its limit at once. Pure.
class RateLimit
{
public:
    RateLimit(int count, milliseconds window, qsizetype maxKeys = 1024)
        : m_count(count)
        , m_window(window)
        , m_maxKeys(maxKeys)
    { }
    /// Counts one event. False: over the limit.
    [[nodiscard]] bool allow(const QByteArray &key, MonoTime now);

private:
    struct Window
    {
        MonoTime end;
        int used = 0;
    };
    int m_count;
    milliseconds m_window;
    qsizetype m_maxKeys;
    QHash<QByteArray, Window> m_windows;
};

} // namespace dtf
