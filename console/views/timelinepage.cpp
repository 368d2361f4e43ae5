// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/timelinepage.h"

#include "common/core/escape.h"
#include "console/models/filetext.h"
#include "console/text/texts.h"
#include "console/views/noticestack.h"
#include "console/views/tablesetup.h"

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

namespace dtf {

TimelinePage::TimelinePage(const FleetStore &store, DetailSource &source, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_source(source)
    , m_model(new TimelineModel(QTimeZone::systemTimeZone(), this))
    , m_now(new QLabel(this))
    , m_table(new QTableView)
{
    m_now->setTextFormat(Qt::PlainText);
    m_now->setWordWrap(true);
    m_now->setMargin(6);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Steps of the file, newest first"));
    m_delegate = setUpTable(*m_table, QStringLiteral("timelineTable"));
    using Column = TimelineModel::Column;
    const QList<std::pair<Column, int>> widths {{Column::Time, 62}, {Column::Step, 122}, {Column::Before, 170},
        {Column::Attempt, 58}, {Column::Node, 66}, {Column::Who, 110}, {Column::Detail, 300}};
    for (const auto &[column, width] : widths) {
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    m_stack = new NoticeStack(m_table, this);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_now);
    all->addWidget(m_stack, 1);
    connect(&store, &FleetStore::auditArrived, this, [this](const QList<AuditRow> &rows) {
        QList<AuditRow> mine;
        for (const AuditRow &row : rows) {
            if (!m_job.job.isNull() && row.event.job == m_job.job) {
                mine.append(row);
            }
        }
        if (!mine.isEmpty()) {
            m_model->add(mine, m_store.summary().time);
            m_stack->showContent();
            tellNow();
        }
    });
    connect(&store, &FleetStore::snapshotTaken, this, &TimelinePage::fetch); // rows may have been missed
    connect(&store, &FleetStore::freshnessChanged, this, &TimelinePage::tellNow);
}

void TimelinePage::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
}

void TimelinePage::setFile(const JobView &job)
{
    const bool other = job.job != m_job.job;
    m_job = job;
    if (other) {
        m_model->clear();
        m_stack->say(tr("Fetching its steps…"));
        fetch();
    }
    tellNow();
}

void TimelinePage::fetch()
{
    if (m_job.job.isNull()) {
        return;
    }
    m_source.history(m_job.job, this, [this, generation = ++m_generation](const Result<QList<AuditRow>> &rows) {
        if (generation != m_generation) {
            return;
        }
        if (rows) {
            m_model->add(*rows, m_store.summary().time);
        }
        if (m_model->rowCount() > 0) {
            m_stack->showContent();
        } else if (rows) {
            m_stack->say(tr("Nothing is recorded of this file."));
        } else {
            m_stack->say(tr("Its steps can't be fetched. %1").arg(textOf(rows.error().code)));
        }
        tellNow();
    });
}

void TimelinePage::tellNow()
{
    const auto phase = m_model->phase();
    if (m_job.job.isNull() || !phase) {
        m_now->clear();
        return;
    }
    m_now->setText(tr("Now: %1, for %2.").arg(phase->name, agoText(m_store, phase->since)));
}

} // namespace dtf
