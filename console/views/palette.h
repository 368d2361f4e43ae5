// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QList>
#include <QTimer>

#include <functional>

class QLabel;
class QLineEdit;
class QListWidget;

namespace dtf {

/// Something that can be found and run.
struct PaletteItem
{
    QString kind; ///< "Node"
    QString title; ///< escaped
    QString detail; ///< escaped; shown behind the title, searched too
    std::function<void()> run;
    bool enabled = true; ///< false: shown with its reason (in the detail), can't be run
};

/// Finds anything and runs it, by keyboard alone. What is known is matched here; files are asked of the orchestrator. Thread:
/// main.
class Palette final : public QDialog
{
    Q_OBJECT

public:
    static constexpr int mostShown = 60;

    explicit Palette(QList<PaletteItem> items, QWidget *parent = nullptr);

    /// The answer to filesWanted(); ignored when something else was typed meanwhile.
    void takeFiles(const QString &typed, const QList<PaletteItem> &files, const QString &trouble = {});
    [[nodiscard]] QLineEdit *edit() const { return m_edit; }
    [[nodiscard]] QListWidget *list() const { return m_list; }

Q_SIGNALS:
    void filesWanted(const QString &typed); ///< at least two characters, after a pause in typing

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refresh();
    void runCurrent();
    void move(int rows);

    const QList<PaletteItem> m_items;
    QList<PaletteItem> m_files;
    QList<const PaletteItem *> m_shown;
    QLineEdit *m_edit = nullptr;
    QListWidget *m_list = nullptr;
    QLabel *m_hint = nullptr;
    QTimer m_pause;
    QString m_trouble; ///< why files were not found
};

} // namespace dtf
