// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/auditview.h"

#include "common/core/escape.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"
#include "console/views/savefile.h"
#include "console/views/tablesetup.h"

#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int typingRestMs = 350;
constexpr int checkEveryMs = 60'000;
constexpr int checkPollMs = 1'500;

} // namespace

AuditView::AuditView(const FleetStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_model(new AuditModel(this))
    , m_table(new QTableView(this))
{
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Audit: who did what, newest first"));
    m_delegate = setUpTable(*m_table, u"auditTable"_s);
    using Column = AuditModel::Column;
    const QList<std::pair<Column, int>> widths {{Column::Time, 140}, {Column::Who, 130}, {Column::What, 170}, {Column::Node, 70},
        {Column::File, 240}, {Column::Number, 70}};
    for (const auto &[column, width] : widths) {
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex &index) {
        const JobId job = m_model->rows().value(index.row()).event.job;
        if (!job.isNull()) {
            Q_EMIT jobChosen(job);
        }
    });
    m_said = new QLabel(this);
    m_said->setTextFormat(Qt::PlainText);
    m_more = new QPushButton(tr("Look further back"), this);
    m_chain = new QLabel(this);
    m_chain->setTextFormat(Qt::PlainText);
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(8, 2, 8, 4);
    bottom->addWidget(m_said, 1);
    bottom->addWidget(m_more);
    bottom->addWidget(m_chain);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(2);
    all->addWidget(makeFilters());
    all->addWidget(m_table, 1);
    all->addLayout(bottom);
    m_typing.setSingleShot(true);
    m_typing.setInterval(typingRestMs);
    m_checkTimer.setSingleShot(true);
    connect(&m_typing, &QTimer::timeout, this, &AuditView::applyFilters);
    connect(&m_checkTimer, &QTimer::timeout, this, &AuditView::askCheck);
    connect(m_more, &QPushButton::clicked, m_model, &AuditModel::searchOn);
    connect(m_model, &AuditModel::olderWanted, this, &AuditView::askOlder);
    connect(m_model, &AuditModel::newerWanted, this, &AuditView::askNewer);
    connect(m_model, &AuditModel::stateChanged, this, &AuditView::tell);
    connect(&store, &FleetStore::auditArrived, m_model, &AuditModel::arrived);
    connect(&store, &FleetStore::snapshotTaken, m_model, &AuditModel::catchUp);
    connect(&store, &FleetStore::nodesChanged, this, &AuditView::fillNodes);
    connect(&store, &FleetStore::freshnessChanged, this, [this] {
        if (m_checkKnown && m_checkCurrent != (m_store.freshness() == Freshness::Current)) {
            showCheck(m_check);
        }
    });
    fillNodes();
    tell();
}

QWidget *AuditView::makeFilters()
{
    auto *bar = new QWidget(this);
    auto *line = new QHBoxLayout(bar);
    line->setContentsMargins(8, 4, 8, 2);
    m_who = new QComboBox(bar);
    m_who->setEditable(true);
    m_who->setInsertPolicy(QComboBox::NoInsert);
    m_who->addItem(tr("Everybody"), QString());
    m_who->addItem(tr("All people"), u"operator:"_s);
    m_who->addItem(tr("All agents"), u"agent:"_s);
    m_who->addItem(tr("The orchestrator"), u"orchestrator"_s);
    m_who->setAccessibleName(tr("Who: a choice, or a person's name"));
    m_who->setToolTip(tr("Choose, or type a person's name"));
    m_who->setMinimumContentsLength(14);
    m_node = new QComboBox(bar);
    m_node->setAccessibleName(tr("Node"));
    m_node->addItem(tr("All nodes"), QString());
    m_kind = new QComboBox(bar);
    m_kind->setAccessibleName(tr("What happened"));
    m_kind->addItem(tr("Everything"), -1);
    for (int kind = 0; kind <= static_cast<int>(AuditKind::Gap); ++kind) {
        m_kind->addItem(textOf(static_cast<AuditKind>(kind)), kind);
    }
    m_period = new QComboBox(bar);
    m_period->setAccessibleName(tr("Time"));
    m_period->addItem(tr("Any time"), 0);
    m_period->addItem(tr("Last hour"), 1);
    m_period->addItem(tr("Last 24 hours"), 24);
    m_period->addItem(tr("Last 7 days"), 7 * 24);
    m_period->addItem(tr("Last 30 days"), 30 * 24);
    m_job = new QLineEdit(bar);
    m_job->setPlaceholderText(tr("File's number (26 characters)"));
    m_job->setAccessibleName(tr("File's number"));
    m_job->setClearButtonEnabled(true);
    m_job->setMinimumWidth(120);
    m_clear = new QPushButton(tr("Clear filters"), bar);
    auto *save = new QPushButton(tr("Export…"), bar);
    save->setToolTip(tr("Saves the rows shown as a table (CSV)"));
    for (QWidget *widget : std::initializer_list<QWidget *> {m_who, m_node, m_kind, m_period}) {
        line->addWidget(widget);
    }
    line->addWidget(m_job, 1);
    line->addWidget(m_clear);
    line->addWidget(save);
    for (QComboBox *box : {m_node, m_kind, m_period}) {
        connect(box, &QComboBox::activated, this, &AuditView::applyFilters);
    }
    connect(m_who, &QComboBox::editTextChanged, this, [this] { m_typing.start(); });
    connect(m_job, &QLineEdit::textChanged, this, [this] { m_typing.start(); });
    connect(m_clear, &QPushButton::clicked, this, &AuditView::clearFilters);
    connect(save, &QPushButton::clicked, this, &AuditView::exportCsv);
    return bar;
}

void AuditView::setSession(Session *session)
{
    m_session = session;
    m_begun = false;
    m_checkKnown = false;
    if (session) {
        connect(session, &Session::welcomed, this, [this] {
            if (isVisible() && !m_begun) {
                applyFilters();
                askCheck();
            }
        });
    }
    if (isVisible() && m_store.freshness() == Freshness::Current) {
        applyFilters();
        askCheck();
    }
}

void AuditView::setTheme(const Theme &theme, Density density)
{
    m_theme = theme;
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
    if (m_checkKnown) {
        showCheck(m_check);
    }
}

void AuditView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_session && !m_session->user().isEmpty()) {
        if (!m_begun) {
            applyFilters();
        }
        askCheck();
    }
}

void AuditView::fillNodes()
{
    for (auto at = m_store.nodes().keyBegin(); at != m_store.nodes().keyEnd(); ++at) {
        if (!m_offered.contains(*at)) { // one that has left the fleet stays: it has a history
            m_offered.insert(*at);
            m_node->addItem(at->toString(), at->toString());
        }
    }
}

void AuditView::showJob(const JobId &job)
{
    clearFilters(); // what was filtered before would hide some of its rows
    m_job->setText(job.isNull() ? QString() : job.toString());
    applyFilters();
}

void AuditView::clearFilters()
{
    m_who->setCurrentIndex(0);
    m_node->setCurrentIndex(0);
    m_kind->setCurrentIndex(0);
    m_period->setCurrentIndex(0);
    m_job->clear();
    applyFilters();
}

void AuditView::applyFilters()
{
    m_typing.stop();
    AuditWish wish;
    const QString who = m_who->currentText().trimmed();
    const int chosen = m_who->findText(who);
    if (chosen >= 0) {
        wish.rows.actor = m_who->itemData(chosen).toString();
    } else if (!who.isEmpty()) {
        wish.rows.actor = who.contains(u':') ? who : u"operator:"_s + who;
    }
    wish.rows.node = NodeName::parse(m_node->currentData().toString().toLatin1()).value_or(NodeName {});
    if (const int kind = m_kind->currentData().toInt(); kind >= 0) {
        wish.kinds = {static_cast<AuditKind>(kind)};
    }
    if (const int hours = m_period->currentData().toInt(); hours > 0) { // by the orchestrator's clock
        wish.rows.from = {m_store.sinceOrchestratorTime({0}).count() - hours * 3'600'000LL};
    }
    const QString job = m_job->text().trimmed().toUpper();
    const auto id = JobId::parse(job.toLatin1());
    m_job->setToolTip(job.isEmpty() || id ? QString() : tr("This is not a file's number: it has 26 letters and digits."));
    if (!job.isEmpty() && !id) {
        tell();
        return;
    }
    wish.rows.job = id.value_or(JobId {});
    const bool any = !wish.rows.actor.isEmpty() || !wish.rows.node.isEmpty() || !wish.kinds.isEmpty()
        || wish.rows.from.msecsSinceEpoch > 0 || !wish.rows.job.isNull();
    m_clear->setEnabled(any);
    if (m_session) {
        m_begun = true;
        m_model->setWish(wish);
    }
}

void AuditView::askOlder(const AuditFilter &filter, quint64 ticket)
{
    if (!m_session) {
        m_model->takeOlder(ticket, fail(ErrorCode::Unavailable));
        return;
    }
    m_session->client().audit(
        filter, this, [this, ticket](const Answer<AuditPage> &answer) { m_model->takeOlder(ticket, answer.result); });
}

void AuditView::askNewer(const AuditFilter &filter, quint64 ticket)
{
    if (!m_session) {
        m_model->takeNewer(ticket, fail(ErrorCode::Unavailable));
        return;
    }
    m_session->client().audit(
        filter, this, [this, ticket](const Answer<AuditPage> &answer) { m_model->takeNewer(ticket, answer.result); });
}

void AuditView::tell()
{
    const qsizetype shown = m_model->rows().size();
    const QString job = m_job ? m_job->text().trimmed() : QString();
    bool more = false;
    QString said;
    if (!job.isEmpty() && !JobId::parse(job.toUpper().toLatin1())) {
        said = tr("This is not a file's number: it has 26 letters and digits.");
    } else if (const Error *error = m_model->error()) {
        const QString detail = escapedForLog(error->detail, 200);
        said = tr("The audit could not be read. %1 %2").arg(textOf(error->code), detail);
        more = true;
    } else if (m_model->isAsking()) {
        said = shown == 0 ? tr("Reading the audit…") : tr("%L1 rows, reading older ones…").arg(shown);
    } else if (m_model->isPaused()) {
        said = tr("%L1 rows; nothing of that kind for a long way back.").arg(shown);
        more = true;
    } else if (!m_begun) {
        said = tr("Not connected yet.");
    } else if (m_model->isComplete()) {
        said = shown == 0 ? tr("Nothing matches these filters.") : tr("%L1 rows: all that match.").arg(shown);
    } else if (shown >= AuditModel::mostRows) {
        said = tr("The newest %L1 rows; narrow the filters to see older ones.").arg(shown);
    } else {
        said = tr("The newest %L1 rows; scroll down for older ones.").arg(shown);
    }
    m_more->setText(m_model->error() ? tr("Try again") : tr("Look further back"));
    m_more->setVisible(more);
    m_said->setText(said);
}

void AuditView::askCheck()
{
    if (!m_session || !isVisible()) {
        return;
    }
    m_session->client().auditCheck(this, [this](const Answer<AuditCheck> &answer) {
        if (answer.result) {
            showCheck(*answer.result);
        } else {
            m_checkKnown = false;
            m_chain->setText(tr("Whether the audit holds is not known: %1").arg(textOf(answer.result.error().code)));
            m_chain->setStyleSheet({});
        }
        m_checkTimer.start(answer.result && answer.result->running ? checkPollMs : checkEveryMs);
    });
}

void AuditView::showCheck(const AuditCheck &check)
{
    m_check = check;
    m_checkKnown = true;
    m_checkCurrent = m_store.freshness() == Freshness::Current;
    Tone tone = Tone::Muted;
    QString text = tr("The audit's chain is being verified…");
    if (check.time.msecsSinceEpoch > 0) {
        const QString when = timeText(check.time, {QDateTime::currentMSecsSinceEpoch()}, QTimeZone::systemTimeZone());
        if (check.ok) {
            tone = m_checkCurrent ? Tone::Good : Tone::Muted; // nothing that is only old looks green
            text = tr("Verified up to row %L1 at %2").arg(check.rows).arg(when);
        } else if (check.firstBad > 0) {
            tone = Tone::Trouble;
            text = tr("The audit was changed at row %L1 (found at %2)").arg(check.firstBad).arg(when);
        } else {
            tone = Tone::Attention;
            text = tr("The audit could not be verified at %1").arg(when);
        }
    }
    m_chain->setText(Theme::sign(tone) + u' ' + text);
    m_chain->setAccessibleName(text);
    m_chain->setToolTip(check.why.isEmpty()
            ? tr("Every row carries the hash of the one before it: a changed or missing row is found.")
            : escapedForLog(check.why).toHtmlEscaped());
    const QColor border = m_theme.kind == ThemeKind::HighContrast ? m_theme.text(tone) : m_theme.ground(tone);
    m_chain->setStyleSheet(
        u"QLabel { color: %1; background: %2; border: 1px solid %3; border-radius: 4px; padding: 2px 8px; }"_s.arg(
            m_theme.text(tone).name(), m_theme.ground(tone).name(), border.name()));
}

void AuditView::exportCsv()
{
    saveWithDialog(
        this, tr("Export the audit"), u"audit.csv"_s, tr("Table (*.csv)"), [this] { return m_model->csv(); },
        [this](const QString &words) { m_said->setText(words); });
}

} // namespace dtf
