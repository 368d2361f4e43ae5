// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/alertsview.h"

#include "common/core/escape.h"
#include "console/models/snoozes.h"
#include "console/text/texts.h"
#include "console/views/reasondialog.h"
#include "console/views/tablesetup.h"

#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

using Column = AlertsModel::Column;

constexpr int namesAtOnce = 8; ///< of files, asked of the orchestrator

QString problemText(const Problem &problem, qsizetype at, qsizetype of, const QString &subject)
{
    QString what;
    switch (problem.harm) {
    case Problem::Harm::OnHold:
        what = AlertsView::tr("a file on hold");
        break;
    case Problem::Harm::InDoubt:
        what = AlertsView::tr("a file in doubt");
        break;
    case Problem::Harm::Failed:
        what = AlertsView::tr("a failed file");
        break;
    case Problem::Harm::Node:
        what = AlertsView::tr("a node in trouble");
        break;
    case Problem::Harm::Alert:
        what = problem.alert ? textOf(*problem.alert) : QString();
        break;
    }
    const QString text = AlertsView::tr("Problem %1 of %2: %3").arg(at + 1).arg(of).arg(what);
    return subject.isEmpty() ? text : text + u" – "_s + subject;
}

} // namespace

AlertsView::AlertsView(const FleetStore &store, FleetCommands &commands, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_commands(commands)
    , m_snoozes(new Snoozes(store, this))
    , m_model(new AlertsModel(store, m_snoozes, this))
    , m_pages(new QStackedWidget(this))
    , m_table(new QTableView(this))
    , m_none(new QLabel(this))
{
    m_table->setModel(m_model);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Alerts"));
    m_delegate = setUpTable(*m_table, u"alertsTable"_s);
    const QList<std::pair<Column, int>> widths {{Column::Severity, 94}, {Column::What, 290}, {Column::Subject, 190},
        {Column::Detail, 250}, {Column::Since, 58}, {Column::Acknowledged, 110}, {Column::Advice, 200}};
    for (const auto &[column, width] : widths) {
        m_table->horizontalHeader()->resizeSection(static_cast<int>(column), width);
    }
    QHeaderView *header = m_table->horizontalHeader();
    header->setStretchLastSection(true);
    header->moveSection(header->visualIndex(int(Column::Since)), 1);
    m_none->setAlignment(Qt::AlignCenter);
    m_none->setTextFormat(Qt::PlainText);
    m_pages->addWidget(m_none);
    m_pages->addWidget(m_table);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_pages, 1);
    buildBelow(*all);
    connect(m_table, &QTableView::doubleClicked, m_show, &QAction::trigger);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &AlertsView::refresh);
    connect(&store, &FleetStore::alertsChanged, this, [this] {
        askNames();
        refresh();
    });
    connect(&store, &FleetStore::freshnessChanged, this, &AlertsView::refresh);
    auto *second = new QTimer(this);
    second->setInterval(1'000);
    connect(second, &QTimer::timeout, m_snoozes, &Snoozes::tick);
    connect(second, &QTimer::timeout, m_model, &AlertsModel::tick);
    connect(m_snoozes, &Snoozes::changed, this, &AlertsView::refresh);
    second->start();
    refresh();
}

/// The chosen alert's advice in full and its two actions, for the mouse; the table has them by key.
void AlertsView::buildBelow(QVBoxLayout &all)
{
    m_show = new QAction(tr("Show"), m_table);
    m_show->setShortcuts({QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)});
    m_acknowledge = new QAction(tr("Acknowledge…"), m_table);
    m_acknowledge->setShortcut(Qt::Key_A);
    for (QAction *action : {m_show, m_acknowledge}) {
        action->setShortcutContext(Qt::WidgetShortcut);
        m_table->addAction(action);
    }
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    connect(m_show, &QAction::triggered, this, [this] {
        if (const auto alert = current()) {
            showSubject(*alert);
        }
    });
    connect(m_acknowledge, &QAction::triggered, this, &AlertsView::askAcknowledge);
    buildSnooze();

    auto *below = new QHBoxLayout;
    below->setContentsMargins(8, 4, 8, 4);
    below->setSpacing(8);
    m_advice = new QLabel(this);
    m_advice->setTextFormat(Qt::PlainText);
    m_advice->setWordWrap(true);
    m_advice->setMinimumHeight(2 * m_advice->fontMetrics().lineSpacing());
    m_advice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    below->addWidget(m_advice, 1);
    m_showButton = new QPushButton(tr("Show"), this);
    m_acknowledgeButton = new QPushButton(tr("Acknowledge…"), this);
    below->addWidget(m_showButton);
    below->addWidget(m_acknowledgeButton);
    m_snoozeButton = new QPushButton(tr("Snooze"), this);
    m_snoozeButton->setMenu(m_snoozeMenu);
    below->addWidget(m_snoozeButton);
    connect(m_showButton, &QPushButton::clicked, m_show, &QAction::trigger);
    connect(m_acknowledgeButton, &QPushButton::clicked, m_acknowledge, &QAction::trigger);
    all.addLayout(below);
}

void AlertsView::buildSnooze()
{
    m_snoozeMenu = new QMenu(tr("Snooze"), m_table);
    const QList<std::pair<QString, int>> lengths {
        {tr("&15 minutes"), 15}, {tr("&1 hour"), 60}, {tr("&4 hours"), 240}, {tr("1&2 hours"), 720}};
    for (const auto &[name, minutes] : lengths) {
        m_snoozeMenu->addAction(name, this, [this, minutes = minutes] {
            if (const auto alert = current()) {
                m_snoozes->snooze(*alert, std::chrono::minutes(minutes));
                Q_EMIT said(tr("Snoozed in this console: F8 and notices leave it out until then. Others see it as before."));
            }
        });
    }
    m_snoozeMenu->addSeparator();
    m_wake = m_snoozeMenu->addAction(tr("&Wake now"), this, [this] {
        if (const auto alert = current()) {
            m_snoozes->wake(*alert);
        }
    });
    m_snooze = new QAction(tr("Snooze…"), m_table);
    m_snooze->setShortcut(Qt::Key_Z);
    m_snooze->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(m_snooze);
    connect(m_snooze, &QAction::triggered, this, [this] {
        const QRect row = m_table->visualRect(m_table->currentIndex());
        m_snoozeMenu->popup(m_table->viewport()->mapToGlobal(row.bottomLeft()));
    });
}

void AlertsView::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
}

std::optional<Alert> AlertsView::current() const
{
    return m_model->alertAt(m_table->currentIndex().row());
}

void AlertsView::select(AlertKind kind, const QByteArray &subject)
{
    if (const int row = m_model->rowOf(kind, subject); row >= 0) {
        m_table->setCurrentIndex(m_model->index(row, 0));
        m_table->scrollTo(m_model->index(row, 0));
    }
}

QList<Problem> AlertsView::problems() const
{
    QList<Alert> awake;
    QSet<QByteArray> quiet; ///< nodes whose trouble is known and snoozed
    for (const Alert &alert : m_store.alerts()) {
        if (!m_snoozes->isSnoozed(alert)) {
            awake.append(alert);
        } else if (isAboutNode(alert.kind)) {
            quiet.insert(alert.subject);
        }
    }
    QList<Problem> all = problemsOf(m_store.nodes(), awake);
    all.removeIf([&](const Problem &problem) {
        return problem.harm == Problem::Harm::Node && !problem.alert && quiet.contains(problem.node.bytes());
    });
    return all;
}

void AlertsView::goToNextProblem()
{
    const QList<Problem> all = problems();
    m_last = nextProblem(all, m_last);
    if (!m_last) {
        Q_EMIT said(m_store.freshness() != Freshness::Current ? tr("No problem is known of.")
                : problemsOf(m_store.nodes(), m_store.alerts()).isEmpty()
                ? tr("There is no problem.")
                : tr("There is no problem but those you have snoozed."));
        return;
    }
    const QByteArray subject = m_last->job.isNull() ? m_last->node.bytes() : m_last->job.toBytes26();
    QString name = QString::fromLatin1(subject);
    if (m_last->alert) {
        select(*m_last->alert, subject);
        if (const auto alert = current()) {
            name = m_model->subjectText(*alert);
        }
    }
    if (!m_last->job.isNull()) {
        Q_EMIT showJob(m_last->job);
    } else if (!m_last->node.isEmpty()) {
        Q_EMIT showNode(m_last->node);
    }
    Q_EMIT said(problemText(*m_last, all.indexOf(*m_last), all.size(), name));
}

void AlertsView::refresh()
{
    const auto alert = current();
    const bool any = m_model->rowCount() > 0;
    m_pages->setCurrentWidget(any ? static_cast<QWidget *>(m_table) : m_none);
    m_none->setText(m_store.freshness() == Freshness::Nothing ? tr("Nothing is known of the fleet yet.")
            : m_store.freshness() == Freshness::Current       ? tr("No open alerts.")
                                                              : tr("No open alerts when the orchestrator was last heard."));
    const QString none = m_commands.whyNone();
    const QString choose = any ? tr("Choose an alert first.") : tr("There is no alert.");
    const QString whyNotAcknowledge = !alert ? choose
        : !none.isEmpty()                    ? none
        : alert->acknowledged                ? tr("It is acknowledged already.")
                                             : QString();
    const QString whyNotShow = !alert ? choose : alert->subject.isEmpty() ? tr("It is about the whole fleet.") : QString();
    const QString whyNotSnooze = !alert ? choose : alert->acknowledged ? tr("It is acknowledged already.") : QString();
    m_wake->setEnabled(alert && m_snoozes->isSnoozed(*alert));
    for (const auto &[action, button, why] : {std::tuple {m_acknowledge, m_acknowledgeButton, whyNotAcknowledge},
             std::tuple {m_show, m_showButton, whyNotShow}, std::tuple {m_snooze, m_snoozeButton, whyNotSnooze}}) {
        action->setEnabled(why.isEmpty());
        action->setToolTip(why);
        button->setEnabled(why.isEmpty());
        button->setToolTip(why);
    }
    m_advice->setText(alert ? textOf(alert->kind) + u' ' + adviceFor(alert->kind)
            : any           ? tr("Choose an alert to see what to do. F8 goes to the next problem.")
                            : QString());
}

/// Names of files that no delta has told: asked once each, a few at a time.
void AlertsView::askNames()
{
    Session *session = m_commands.session();
    if (!session || m_store.freshness() != Freshness::Current) {
        return;
    }
    int asked = 0;
    const QList<JobId> unnamed = m_model->unnamed();
    if (m_asked.size() > 4 * AlertsModel::mostNames) {
        m_asked.clear();
    }
    for (const JobId &job : unnamed) {
        if (m_asked.contains(job)) {
            continue;
        }
        if (++asked > namesAtOnce) {
            break; // the rest when these are there
        }
        m_asked.insert(job);
        session->client().job(job, this, [this](const Answer<JobView> &answer) {
            if (answer.result) {
                m_model->learnNames({*answer.result});
            }
            askNames();
        });
    }
}

void AlertsView::showSubject(const Alert &alert)
{
    if (isAboutNode(alert.kind)) {
        if (const auto node = NodeName::parse(alert.subject)) {
            Q_EMIT showNode(*node);
        }
    } else if (const auto job = JobId::parse(alert.subject)) {
        Q_EMIT showJob(*job);
    }
}

void AlertsView::askAcknowledge()
{
    const auto alert = current();
    if (!alert || !m_commands.whyNone().isEmpty()) {
        return;
    }
    const QString effect = endsWhenAcknowledged(alert->kind)
        ? tr("You have read it: it is taken off the list.")
        : tr("Others see that you take care of it. It stays in the list until its cause ends.");
    ReasonDialog::Question question {tr("Acknowledge"), effect, {textOf(alert->kind) + u' ' + m_model->subjectText(*alert)}, {}};
    question.reasonOptional = true;
    auto *dialog = new ReasonDialog(question, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog, &QDialog::accepted, this, [this, dialog, alert = *alert] { m_commands.acknowledge(alert, dialog->reason()); });
    dialog->open();
}

} // namespace dtf
