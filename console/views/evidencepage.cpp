// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/evidencepage.h"

#include "common/core/escape.h"
#include "console/evidence/zipfile.h"
#include "console/models/attemptsmodel.h"
#include "console/models/resultsmodel.h"
#include "console/text/texts.h"
#include "console/views/tablesetup.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int soonMs = 300;

QLabel *plainLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setMargin(6);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

} // namespace

EvidencePage::EvidencePage(const FleetStore &store, DetailSource &source, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_source(source)
    , m_attempts(new AttemptsModel(QTimeZone::systemTimeZone(), this))
    , m_results(new ResultsModel(this))
    , m_attemptsTable(new QTableView(this))
    , m_resultsTable(new QTableView(this))
    , m_input(plainLabel(this))
    , m_note(plainLabel(this))
    , m_save(new QPushButton(tr("Evidence zip…"), this))
{
    m_attemptsTable->setModel(m_attempts);
    m_attemptsTable->setAccessibleName(tr("Attempts, the newest first"));
    m_attemptsTable->setToolTip(tr("Return shows the log of an attempt"));
    m_delegate = setUpTable(*m_attemptsTable, u"attemptsTable"_s);
    using Attempt = AttemptsModel::Column;
    for (const auto &[column, width] : QList<std::pair<Attempt, int>> {{Attempt::Attempt, 66}, {Attempt::Node, 66},
             {Attempt::Outcome, 110}, {Attempt::Started, 76}, {Attempt::Took, 56}, {Attempt::Why, 320}}) {
        m_attemptsTable->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    m_resultsTable->setModel(m_results);
    m_resultsTable->setAccessibleName(tr("Result files"));
    setUpTable(*m_resultsTable, u"resultsTable"_s);
    using Result = ResultsModel::Column;
    for (const auto &[column, width] :
        QList<std::pair<Result, int>> {{Result::Name, 160}, {Result::Size, 70}, {Result::Hash, 440}}) {
        m_resultsTable->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    auto *row = new QHBoxLayout;
    row->setContentsMargins(6, 4, 6, 4);
    row->addStretch(1);
    row->addWidget(m_save);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_input);
    all->addWidget(m_attemptsTable, 1);
    all->addWidget(m_note);
    all->addWidget(m_resultsTable, 1);
    all->addLayout(row);
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT archiveWanted(m_job); });
    connect(m_attemptsTable, &QTableView::activated, this, [this](const QModelIndex &index) {
        if (const auto attempt = m_attempts->attempts().value(index.row()); attempt.ran) {
            Q_EMIT logWanted(attempt.epoch);
        }
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(soonMs);
    connect(&m_soon, &QTimer::timeout, this, &EvidencePage::ask);
    connect(&store, &FleetStore::snapshotTaken, &m_soon, qOverload<>(&QTimer::start));
    connect(&store, &FleetStore::freshnessChanged, this, &EvidencePage::refreshSave);
    refreshSave();
}

void EvidencePage::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    for (QTableView *table : {m_attemptsTable, m_resultsTable}) {
        table->verticalHeader()->setDefaultSectionSize(rowHeight(density, table->fontMetrics().height()));
        table->viewport()->update();
    }
}

void EvidencePage::setFile(const JobView &job)
{
    const bool other = job.job != m_job.job;
    const bool changed = other || job.epoch != m_job.epoch || job.state != m_job.state;
    m_job = job;
    m_input->setText(job.sha256.isEmpty() ? tr("Input: its hash is not known.")
                                          : tr("Input: SHA-256 %1").arg(QString::fromLatin1(job.sha256)));
    if (other) {
        ++m_generation;
        m_attempts->clear();
        m_results->take({});
        m_resultsTable->hide();
        m_note->setText(tr("Fetching…"));
        m_note->show();
    }
    if (changed && isVisible()) {
        m_soon.start();
    }
    refreshSave();
}

void EvidencePage::refreshSave()
{
    const QString why = !canWriteZip()              ? tr("This program was built without support for archives.")
        : m_store.freshness() == Freshness::Gone    ? tr("The orchestrator can't be reached.")
        : m_store.freshness() == Freshness::Nothing ? tr("Nothing is known of the fleet yet.")
                                                    : QString();
    m_save->setEnabled(why.isEmpty());
    m_save->setToolTip(why.isEmpty() ? tr("Facts, audit, attempts, logs and results in one archive (E in the list)") : why);
}

void EvidencePage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    ask();
}

void EvidencePage::ask()
{
    if (m_job.job.isNull() || !isVisible()) {
        return;
    }
    const int generation = ++m_generation;
    m_source.attempts(m_job.job, this, [this, generation](const Result<AttemptsView> &answer) {
        if (generation != m_generation) {
            return;
        }
        if (answer) {
            m_attempts->take(answer->attempts, m_store.summary().time);
        } else {
            m_input->setText(tr("The attempts can't be fetched. %1").arg(textOf(answer.error().code)));
        }
    });
    m_source.results(m_job.job, this, [this, generation](const Result<ResultsView> &answer) {
        if (generation != m_generation) {
            return;
        }
        const QList<ResultFile> files = answer ? answer->files : QList<ResultFile>();
        m_results->take(files);
        m_resultsTable->setVisible(!files.isEmpty());
        const QString none =
            answer ? escapedForLog(answer->note, 300) : tr("The results can't be fetched. %1").arg(textOf(answer.error().code));
        m_note->setText(!files.isEmpty() ? tr("Result files: %1").arg(files.size())
                : none.isEmpty()         ? tr("It has no result files.")
                                         : none);
        m_note->setToolTip(files.isEmpty() ? QString() : escapedForLog(answer->place, 300).toHtmlEscaped());
    });
}

} // namespace dtf
