// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace dtf {

/// A script's output, in pieces that may end anywhere, made safe line by line for a terminal. A line beyond 64 KiB is broken.
class LogText
{
public:
    /// The whole lines of it, each with its line feed.
    [[nodiscard]] QString add(QByteArrayView bytes);
    /// The rest, which had no line feed.
    [[nodiscard]] QString flush();

private:
    QByteArray m_rest;
};

} // namespace dtf
