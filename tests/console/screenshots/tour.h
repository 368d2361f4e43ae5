// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/console/screenshots/stage.h"

class QMenu;

namespace dtf {

class Album;

/// One state of the fleet, page after page: what does not come is complained about in the album, and the tour goes on.
class Tour
{
public:
    using Wanted = std::function<bool(const JobView &)>;

    Tour(Stage &stage, Album &album, QString name)
        : m_stage(stage)
        , m_album(album)
        , m_name(std::move(name))
    { }
    [[nodiscard]] Stage &stage() const { return m_stage; }
    void begin();
    void take(const QString &name); ///< a picture of all that is open
    void miss(const QString &what);
    void settle(const QString &what, const std::function<bool()> &isThere);
    void choose(const Wanted &wanted); ///< a file
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier); ///< pressed in the list of files
    void typeIntoDialog(const QString &text);
    void dialog(const QString &name); ///< waits for it, takes it, closes it
    void menu(QMenu &menu, const QString &name);
    void contextMenu(QWidget &of, const QString &name);
    void resetLayout();

private:
    Stage &m_stage;
    Album &m_album;
    const QString m_name; ///< of the state
    int m_count = 0;
};

} // namespace dtf
