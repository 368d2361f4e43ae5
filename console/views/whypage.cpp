// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/whypage.h"

#include "common/core/escape.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"
#include "console/views/noticestack.h"
#include "console/views/tablesetup.h"

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int patience = 8; ///< ticks until an unanswered question is put again
constexpr int nodeWidth = 90;
constexpr int reasonWidth = 300;

} // namespace

WhyPage::WhyPage(const FleetStore &store, DetailSource &source, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_source(source)
    , m_model(new WhyModel(this))
    , m_verdict(new QLabel)
    , m_table(new QTableView)
{
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setWordWrap(true);
    m_verdict->setMargin(6);
    m_verdict->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Nodes and what keeps the file from each"));
    m_delegate = setUpTable(*m_table);
    QHeaderView *header = m_table->horizontalHeader();
    header->resizeSection(static_cast<int>(WhyModel::Column::Node), nodeWidth);
    header->resizeSection(static_cast<int>(WhyModel::Column::Reason), reasonWidth);
    connect(m_model, &QAbstractItemModel::columnsInserted, this, [this, header](const QModelIndex &, int first, int last) {
        QItemSelectionModel *chosen = m_table->selectionModel(); // whole rows, also of what is new
        chosen->select(chosen->selection(), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        for (int column = first; column <= last; ++column) {
            header->resizeSection(column, header->sectionSizeHint(column) + 24);
        }
    });
    auto *content = new QWidget;
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(0);
    inner->addWidget(m_verdict);
    inner->addWidget(m_table, 1);
    m_stack = new NoticeStack(content, this);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    m_timer.setInterval(refreshMs);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_unanswered == 0 || ++m_unanswered > patience) {
            ask();
        }
    });
}

void WhyPage::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
}

void WhyPage::setFile(const JobView &job)
{
    const bool other = job.job != m_job.job;
    const bool changed = other || job.state != m_job.state;
    m_job = job;
    if (other) {
        m_known = false;
        m_model->take({});
        m_stack->say(tr("Asking the orchestrator…"));
    }
    if (changed && isVisible()) {
        ask();
    }
}

QString WhyPage::verdict() const
{
    return m_verdict->text();
}

void WhyPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    ask();
    m_timer.start();
}

void WhyPage::hideEvent(QHideEvent *event)
{
    m_timer.stop();
    QWidget::hideEvent(event);
}

void WhyPage::ask()
{
    if (m_job.job.isNull()) {
        return;
    }
    m_unanswered = 1;
    m_source.why(m_job.job, this, [this, generation = ++m_generation](const Result<WhyView> &answer) {
        if (generation == m_generation) {
            m_unanswered = 0;
            took(answer);
        }
    });
}

void WhyPage::took(const Result<WhyView> &answer)
{
    if (!answer) {
        const QString words = textOf(answer.error().code);
        if (m_known) {
            m_verdict->setText(tr("Not refreshed, so this is old. %1").arg(words));
        } else {
            m_stack->say(tr("Why it is not running can't be told now. %1").arg(words));
        }
        return;
    }
    m_known = true;
    QString text = verdictText(answer->verdict, answer->job.state);
    if (!answer->detail.isEmpty()) {
        text += u" ("_s + escapedForLog(answer->detail) + u')';
    }
    if (answer->until) {
        const qint64 now = m_store.summary().time.msecsSinceEpoch + m_store.sinceOrchestratorTime(m_store.summary().time).count();
        const milliseconds left(std::max<qint64>(0, answer->until->msecsSinceEpoch - now)); // by the orchestrator's clock
        text += u' ' + tr("This ends by itself in %1.").arg(ageText(left));
    }
    m_verdict->setText(text);
    m_table->setVisible(!answer->nodes.isEmpty());
    m_model->take(answer->nodes);
    m_stack->showContent();
}

} // namespace dtf
