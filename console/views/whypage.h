// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/detailsource.h"
#include "console/models/whymodel.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QTableView;

namespace dtf {

class NoticeStack;
class ToneDelegate;

/// Why a file is not running: the verdict, and a table of nodes and gates; asked for anew each two seconds while it is seen.
/// Thread: main.
class WhyPage final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int refreshMs = 2'000;

    WhyPage(const FleetStore &store, DetailSource &source, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    void setFile(const JobView &job);
    [[nodiscard]] WhyModel *model() const { return m_model; }
    [[nodiscard]] QString verdict() const;
    [[nodiscard]] NoticeStack *stack() const { return m_stack; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void ask();
    void took(const Result<WhyView> &answer);

    const FleetStore &m_store;
    DetailSource &m_source;
    JobView m_job;
    WhyModel *m_model = nullptr;
    QLabel *m_verdict = nullptr;
    QTableView *m_table = nullptr;
    NoticeStack *m_stack = nullptr;
    ToneDelegate *m_delegate = nullptr;
    QTimer m_timer;
    int m_generation = 0;
    int m_unanswered = 0; ///< ticks since the question that is under way; 0: none is
    bool m_known = false; ///< an answer about this file is shown
};

} // namespace dtf
