// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/savedfilters.h"
#include "console/views/palette.h"

#include <QObject>
#include <QPointer>

class QMenu;
class QSettings;

namespace dtf {

class FleetCommands;
class FleetStore;
class KeysSheet;
class MainWindow;

/// What makes the window the user's own: its place, docks, theme and rows over restarts, named layouts; the palette (Ctrl+K) and
/// the sheet of keys (F1). Thread: main.
class Desk final : public QObject
{
    Q_OBJECT

public:
    static constexpr int mostLayouts = 20;

    Desk(MainWindow &window, const FleetStore &store, FleetCommands &commands, QSettings &settings);

    void restore();
    void save();

    [[nodiscard]] QStringList layouts() const; ///< by name
    void saveLayout(const QString &name); ///< the present one; replaces that of the same name
    void applyLayout(const QString &name);
    void removeLayout(const QString &name);
    void resetLayout(); ///< as the window was made

    void openPalette();
    void openKeys();

private:
    void addActions();
    void fillLayoutsMenu();
    void askLayoutName();
    [[nodiscard]] QList<PaletteItem> paletteItems();
    void addFleetItems(QList<PaletteItem> &items);
    void findFiles(const QString &typed);

    MainWindow &m_window;
    const FleetStore &m_store;
    FleetCommands &m_commands;
    QSettings &m_settings;
    SavedFilters m_filters;
    const QByteArray m_made; ///< the window's first layout
    QMenu *m_layoutsMenu = nullptr;
    QPointer<Palette> m_palette;
    QPointer<KeysSheet> m_keys;
};

} // namespace dtf
