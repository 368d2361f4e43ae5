// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/filesmodel.h"
#include "console/views/fileactions.h"
#include "console/views/filterbar.h"
#include "console/views/theme.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QTableView;

namespace dtf {

class ToneDelegate;

/// The files: a tab for each group of states, a search, filters that are seen and taken away by a click, and what can be done to
/// those chosen: by key, by menu. Thread: main.
class FilesView final : public QWidget
{
    Q_OBJECT

public:
    FilesView(const FleetStore &store, FleetCommands &commands, JobSource &source, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    void widenColumns(); ///< there is room: longer names, and the agency
    [[nodiscard]] FilterBar *bar() const { return m_bar; }
    [[nodiscard]] std::optional<JobView> current() const;
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] FilesModel *model() const { return m_model; }
    [[nodiscard]] FileActions *actionsOfFiles() const { return m_actions; }

Q_SIGNALS:
    void fileChosen(const dtf::JobView &job); ///< the current row is another one
    void detailWanted(const dtf::JobView &job);
    void logWanted(const dtf::JobView &job);
    void whyWanted(const dtf::JobView &job);
    void evidenceWanted(const dtf::JobView &job);
    void auditWanted(const dtf::JobView &job);
    void said(const QString &words);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void buildTable();
    void keepCurrent(); ///< over resets of the model
    void buildFoot();
    void addWish(const QString &name, const QKeySequence &key, void (FilesView::*wanted)(const JobView &));
    void addNarrowing(); ///< filters by what the current row has
    void buildMenu();
    void refreshNarrowing();
    void applyFilter();
    void refreshStatus();
    void refreshRun();
    void chosen();
    void copyPaths();
    [[nodiscard]] QList<JobView> selected() const; ///< the current one first
    [[nodiscard]] QString noticeText() const; ///< why the table is empty

    const FleetStore &m_store;
    FilesModel *m_model = nullptr;
    FilterBar *m_bar = nullptr;
    QTableView *m_table = nullptr;
    QLabel *m_notice = nullptr; ///< over the empty table
    QWidget *m_foot = nullptr; ///< of a run over many
    QLabel *m_runText = nullptr;
    QProgressBar *m_progress = nullptr;
    QPushButton *m_stopRun = nullptr;
    ToneDelegate *m_delegate = nullptr;
    FileActions *m_actions = nullptr;
    QMenu *m_menu = nullptr;
    QList<QAction *> m_wishes; ///< what to look at
    QAction *m_copy = nullptr;
    QAction *m_onlyNode = nullptr;
    QAction *m_onlyCause = nullptr;
    QTimer m_later;
    JobId m_again; ///< was the current one before a reset: it becomes it again when it comes
};

} // namespace dtf
