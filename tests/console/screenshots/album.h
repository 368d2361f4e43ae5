// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QStringList>

class QWidget;

namespace dtf {

/// What is on the screen now: the window and everything that has opened over it, each dialog with a frame and its title.
[[nodiscard]] QImage pictureOf(QWidget &window);

/// A folder of pictures, and what is wrong with them.
class Album
{
public:
    explicit Album(QString folder)
        : m_folder(std::move(folder))
    { }
    /// Lets the window settle, looks for clipped texts and for an empty picture, writes NAME.png.
    void add(const QString &name, QWidget &window);
    void complain(const QString &text); ///< told at once, and kept
    [[nodiscard]] const QStringList &faults() const { return m_faults; }
    [[nodiscard]] int size() const { return m_size; }

private:
    const QString m_folder; ///< exists
    QStringList m_faults;
    int m_size = 0;
};

} // namespace dtf
