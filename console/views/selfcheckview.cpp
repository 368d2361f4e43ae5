// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/selfcheckview.h"

#include "common/core/escape.h"
#include "console/actions/permits.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"
#include "console/views/tablesetup.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

enum Column { What, Found, Detail, Columns };

} // namespace

SelfCheckView::SelfCheckView(const FleetStore &store, FleetCommands &commands, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_commands(commands)
    , m_state(new QLabel(this))
    , m_again(new QPushButton(tr("Check again"), this))
    , m_table(new QTableWidget(0, Columns, this))
{
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_table->setAccessibleName(tr("What the agent found"));
    m_table->setHorizontalHeaderLabels({tr("Checked"), tr("Found"), tr("Detail, and what to do")});
    m_delegate = setUpTable(*m_table, u"selfcheckTable"_s);
    m_table->horizontalHeader()->resizeSection(What, 96);
    m_table->horizontalHeader()->resizeSection(Found, 94); // "warning" with its mark
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setWordWrap(true);
    auto *bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(8);
    bar->addWidget(m_state, 1);
    bar->addWidget(m_again);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(bar);
    all->addWidget(m_table, 1);
    m_state->setText(tr("Choose a node and its action Self-check."));
    connect(m_again, &QPushButton::clicked, this, [this] { check(m_node); });
    connect(&store, &FleetStore::nodesChanged, this, &SelfCheckView::refresh);
    connect(&store, &FleetStore::freshnessChanged, this, &SelfCheckView::refresh);
    connect(&store, &FleetStore::forgotten, this, [this] {
        m_node = {};
        m_asking.clear();
        m_table->setRowCount(0);
        m_state->setText(tr("Choose a node and its action Self-check."));
        refresh();
    });
    refresh();
}

void SelfCheckView::setTheme(const Theme &theme, Density density)
{
    m_delegate->setTheme(theme);
    m_table->verticalHeader()->setDefaultSectionSize(rowHeight(density, m_table->fontMetrics().height()));
    m_table->viewport()->update();
}

void SelfCheckView::check(const NodeName &node)
{
    m_table->setRowCount(0); // what was found before is old now
    m_node = node;
    Session *session = m_commands.session();
    if (!session || !m_commands.whyNone().isEmpty()) {
        m_state->setText(m_commands.whyNone());
        return;
    }
    m_asking = session;
    m_state->setText(tr("%1 checks itself; that takes up to half a minute…").arg(node.toString()));
    session->client().selfCheck(node, this, [this, node](const Answer<CheckData> &answer) { take(node, answer.result); });
    refresh();
}

void SelfCheckView::take(const NodeName &node, const Result<CheckData> &found)
{
    if (node != m_node) {
        return; // another one was chosen meanwhile
    }
    m_asking.clear();
    if (!found || !found->error.isEmpty() || found->rows.isEmpty()) {
        m_table->setRowCount(0);
        const QString why = found ? escapedForLog(found->error, 300)
                                  : textOf(found.error().code) + u' ' + escapedForLog(found.error().detail, 300);
        m_state->setText(tr("%1 could not be checked. %2").arg(node.toString(), why));
        refresh();
        return;
    }
    m_table->setRowCount(static_cast<int>(found->rows.size()));
    int wrong = 0;
    int warnings = 0;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const CheckLine &line = found->rows[row];
        const bool doubtful = line.ok && line.warning;
        const Tone tone = doubtful ? Tone::Attention : line.ok ? Tone::Good : Tone::Trouble;
        wrong += line.ok ? 0 : 1;
        warnings += doubtful ? 1 : 0;
        const auto cell = [&](Column column, const QString &text) {
            auto *item = new QTableWidgetItem(text);
            item->setToolTip(text.toHtmlEscaped());
            item->setData(ToneRole, int(column != Found ? Tone::Plain : tone));
            m_table->setItem(row, column, item);
        };
        cell(What, escapedForLog(line.what, 60));
        cell(Found, doubtful ? tr("warning") : line.ok ? tr("ok") : tr("not ok"));
        cell(Detail, escapedForLog(line.detail, 1000));
    }
    const QString at = timeText(found->time, m_store.summary().time, QTimeZone::systemTimeZone());
    m_table->resizeRowsToContents(); // what to do is read, not guessed
    const QString also = warnings > 0 ? tr(" Look at %1 more.").arg(warnings) : QString();
    m_state->setText(wrong > 0
            ? tr("%1 at %2: %3 of %4 not ok.").arg(node.toString(), at).arg(wrong).arg(m_table->rowCount()) + also
            : warnings > 0 ? tr("%1 at %2: it works; somebody should look at %3 of %4.")
                                 .arg(node.toString(), at)
                                 .arg(warnings)
                                 .arg(m_table->rowCount())
                           : tr("%1 at %2: everything is as it should be.").arg(node.toString(), at));
    refresh();
}

void SelfCheckView::refresh()
{
    const auto node = m_store.nodes().constFind(m_node);
    const QString none = m_commands.whyNone();
    const QString why = m_node.isEmpty() ? tr("Choose a node first.")
        : !none.isEmpty()                ? none
        : m_asking                       ? tr("It is under way.")
        : node == m_store.nodes().cend() ? tr("The node has left the fleet.")
                                         : whyNot(NodeAction::SelfCheck, *node);
    m_again->setEnabled(why.isEmpty());
    m_again->setToolTip(why);
}

} // namespace dtf
