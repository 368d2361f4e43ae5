// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/detailsource.h"
#include "console/models/timelinemodel.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace dtf {

class NoticeStack;
class ToneDelegate;

/// A file's steps, newest first, with what it does now and since when. Thread: main.
class TimelinePage final : public QWidget
{
    Q_OBJECT

public:
    TimelinePage(const FleetStore &store, DetailSource &source, QWidget *parent = nullptr);

    void setTheme(const Theme &theme, Density density);
    void setFile(const JobView &job); ///< another one, or the same as it is now
    [[nodiscard]] TimelineModel *model() const { return m_model; }
    [[nodiscard]] NoticeStack *stack() const { return m_stack; }

private:
    void fetch();
    void tellNow();

    const FleetStore &m_store;
    DetailSource &m_source;
    JobView m_job;
    TimelineModel *m_model = nullptr;
    QLabel *m_now = nullptr;
    QTableView *m_table = nullptr;
    NoticeStack *m_stack = nullptr;
    ToneDelegate *m_delegate = nullptr;
    int m_generation = 0;
};

} // namespace dtf
