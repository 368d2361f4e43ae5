// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/detailview.h"

#include "common/core/escape.h"
#include "console/models/filetext.h"
#include "console/text/texts.h"
#include "console/views/evidencepage.h"
#include "console/views/factspage.h"
#include "console/views/logpage.h"
#include "console/views/noticestack.h"
#include "console/views/timelinepage.h"
#include "console/views/whypage.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

DetailView::DetailView(const FleetStore &store, DetailSource &source, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_name(new QLabel)
    , m_state(new QLabel)
    , m_advice(new QLabel)
    , m_tabs(new QTabWidget)
    , m_timeline(new TimelinePage(store, source))
    , m_log(new LogPage(source))
    , m_why(new WhyPage(store, source))
    , m_evidence(new EvidencePage(store, source))
    , m_facts(new FactsPage(store))
{
    QFont bold = m_name->font();
    bold.setBold(true);
    m_name->setFont(bold);
    for (QLabel *label : {m_name, m_state, m_advice}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setContentsMargins(8, 4, 8, 2);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long name does not widen the panel
    }
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_timeline, tr("Timeline"));
    m_tabs->addTab(m_log, tr("Log"));
    m_tabs->addTab(m_why, tr("Why")); // five tabs have to fit into a small window
    m_tabs->setTabToolTip(m_tabs->count() - 1, tr("Why it is not running"));
    m_tabs->addTab(m_evidence, tr("Evidence"));
    m_tabs->addTab(m_facts, tr("Facts"));
    connect(m_evidence, &EvidencePage::logWanted, this, [this](Epoch attempt) {
        m_log->showAttempt(attempt);
        showPage(Page::Log);
    });
    auto *content = new QWidget;
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(0);
    inner->addWidget(m_name);
    inner->addWidget(m_state);
    inner->addWidget(m_advice);
    inner->addWidget(m_tabs, 1);
    m_stack = new NoticeStack(content, this);
    m_stack->say(tr("Choose a file to see all about it."));
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    setMinimumWidth(320);
    connect(&store, &FleetStore::forgotten, this, &DetailView::clear);
    connect(&store, &FleetStore::jobsChanged, this, [this](const QList<JobView> &jobs) {
        for (const JobView &job : jobs) {
            if (!m_job.job.isNull() && job.job == m_job.job) {
                setFile(job);
            }
        }
    });
}

void DetailView::setTheme(const Theme &theme, Density density)
{
    m_theme = theme;
    m_timeline->setTheme(theme, density);
    m_why->setTheme(theme, density);
    m_evidence->setTheme(theme, density);
    dress();
}

void DetailView::setFile(const JobView &job)
{
    m_job = job;
    offerPages();
    m_name->setText(escapedForLog(job.name, 300));
    QStringList words {textOf(job.state)};
    if (!job.node.isEmpty()) {
        words.append(job.node.toString());
    }
    if (job.attempts > 0) {
        words.append(tr("attempt %1").arg(job.attempts));
    }
    const QString sign = Theme::sign(toneOf(job.state));
    const QString why = whyText(job);
    const QString text = words.join(u" · "_s) + (why.isEmpty() ? QString() : u" – "_s + why);
    m_state->setText(sign.isEmpty() ? text : sign + u' ' + text);
    m_state->setAccessibleName(text);
    const bool wantsPerson = job.state == JobState::Hold || job.state == JobState::Failed || job.state == JobState::InDoubt
        || job.state == JobState::Rejected;
    m_advice->setText(wantsPerson ? adviceFor(job.cause) : QString());
    m_advice->setVisible(!m_advice->text().isEmpty());
    dress();
    m_timeline->setFile(job);
    m_log->setFile(job);
    m_why->setFile(job);
    m_evidence->setFile(job);
    m_facts->setFile(job);
    m_stack->showContent();
}

void DetailView::clear()
{
    m_job = {};
    m_stack->say(tr("Choose a file to see all about it."));
}

void DetailView::showPage(Page page)
{
    m_tabs->setCurrentIndex(static_cast<int>(page));
    m_tabs->currentWidget()->setFocus();
    m_tabs->currentWidget()->nextInFocusChain()->setFocus(Qt::TabFocusReason);
}

void DetailView::offerPages()
{
    const bool saved = m_store.isSaved();
    for (int i = 0; i < m_tabs->count(); ++i) {
        const bool offered = !saved || m_tabs->widget(i) == m_facts;
        m_tabs->setTabEnabled(i, offered);
        m_tabs->setTabToolTip(i, offered ? QString() : tr("A saved state holds no more than the facts."));
    }
}

void DetailView::dress()
{
    m_state->setStyleSheet(u"QLabel { color: %1; }"_s.arg(m_theme.text(toneOf(m_job.state)).name()));
}

} // namespace dtf
