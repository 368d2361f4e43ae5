// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/detailsource.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;
class QTableView;

namespace dtf {

class AttemptsModel;
class ResultsModel;
class ToneDelegate;

/// What is left of a file's runs: its attempts, the results with their hashes, and all of it as an archive. Asks while it is
/// seen. Thread: main.
class EvidencePage final : public QWidget
{
    Q_OBJECT

public:
    EvidencePage(const FleetStore &store, DetailSource &source, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    void setFile(const JobView &job);
    [[nodiscard]] AttemptsModel *attempts() const { return m_attempts; }
    [[nodiscard]] ResultsModel *results() const { return m_results; }
    [[nodiscard]] QLabel *note() const { return m_note; }
    [[nodiscard]] QPushButton *saveButton() const { return m_save; }

Q_SIGNALS:
    void archiveWanted(const dtf::JobView &job);
    void logWanted(dtf::Epoch attempt);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void ask();
    void refreshSave();

    const FleetStore &m_store;
    DetailSource &m_source;
    JobView m_job;
    AttemptsModel *m_attempts = nullptr;
    ResultsModel *m_results = nullptr;
    QTableView *m_attemptsTable = nullptr;
    QTableView *m_resultsTable = nullptr;
    QLabel *m_input = nullptr; ///< hash of what came in
    QLabel *m_note = nullptr; ///< why there is nothing
    QPushButton *m_save = nullptr;
    ToneDelegate *m_delegate = nullptr;
    QTimer m_soon; ///< many changes of the file are asked about together
    int m_generation = 0;
};

} // namespace dtf
