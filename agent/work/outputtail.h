// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QFile>
#include <QRegularExpression>

#include <functional>

namespace dtf {

/// Follows a file that a pipeline writes its output into, line by line, looking for the marker. The output goes to a file and not
/// through a pipe so that the marker is on the disk even when the agent dies between its writing and its reading, and so that a
/// flood waits on the disk and not in memory. A line longer than maxLine is cut into pieces; \n, \r\n and \r end a line.
class OutputTail
{
public:
    static constexpr qsizetype maxLine = 8192;
    using OnLine = std::function<void(const QByteArray &line)>;

    /// A pattern that is empty or invalid never matches.
    OutputTail(const QString &path, const QRegularExpression &marker);

    /// Reads at most `budget` bytes; returns how many were there.
    qint64 read(qint64 budget, const OnLine &onLine);
    /// The last line, without its end.
    void finish(const OnLine &onLine);
    [[nodiscard]] bool markerSeen() const { return m_markerSeen; }
    [[nodiscard]] qint64 position() const { return m_position; } ///< bytes consumed
    /// Bytes at the front that no later search needs: not the line that has not ended, for half a marker may stand in it, and not
    /// the end of the line before, without which a pattern's ^ would not match.
    [[nodiscard]] qint64 searched() const { return qMax(qint64 {0}, m_position - m_partial.size() - m_carry.size() - 1); }
    [[nodiscard]] qint64 backlog() const; ///< bytes written and not read yet

private:
    void take(QByteArrayView bytes, const OnLine &onLine);
    void line(const OnLine &onLine);

    QFile m_file;
    QRegularExpression m_marker;
    bool m_hasMarker = false;
    bool m_markerSeen = false;
    bool m_afterReturn = false; ///< a \n that follows \r ends no second line
    qint64 m_position = 0;
    QByteArray m_partial;
    QByteArray m_carry; ///< end of the piece before, so that a marker across a cut is found
};

} // namespace dtf
