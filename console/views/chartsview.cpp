// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/chartsview.h"

#include "common/core/escape.h"
#include "console/models/historytext.h"
#include "console/text/texts.h"
#include "console/views/laneplot.h"
#include "console/views/savefile.h"

#include <QBuffer>
#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int againMs = 60'000;
constexpr int afterErrorMs = 15'000;
constexpr double leastSpan = 60; // seconds
constexpr int leastHeight = 280; ///< three rows that can be read; a lower dock scrolls

double keyOf(WallTime time)
{
    return double(time.msecsSinceEpoch) / 1000.0;
}

} // namespace

ChartsView::ChartsView(const FleetStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
    , m_plot(new QCustomPlot(this))
{
    m_plot->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
    m_plot->setMinimumHeight(leastHeight);
    m_words = new QLabel(this);
    m_words->setTextFormat(Qt::PlainText);
    m_words->setAlignment(Qt::AlignCenter);
    m_words->setWordWrap(true);
    m_words->setMargin(16);
    m_legend = new QLabel(this);
    m_legend->setWordWrap(true);
    m_legend->setContentsMargins(8, 0, 8, 4);
    makePlots();
    auto *charts = new QWidget(this);
    auto *inside = new QVBoxLayout(charts);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(2);
    auto *area = new QScrollArea(charts);
    area->setWidget(m_plot);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    inside->addWidget(area, 1);
    inside->addWidget(m_legend);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(makeBar());
    m_stack = new QStackedLayout;
    m_stack->addWidget(m_words);
    m_stack->addWidget(charts);
    all->addLayout(m_stack, 1);
    setFocusPolicy(Qt::StrongFocus);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &ChartsView::ask);
    setTheme(m_theme, Density::Normal);
    say(tr("Not connected yet."));
}

QWidget *ChartsView::makeBar()
{
    auto *bar = new QWidget(this);
    auto *line = new QHBoxLayout(bar);
    line->setContentsMargins(8, 4, 8, 2);
    m_hours = new QComboBox(bar);
    m_hours->setAccessibleName(tr("How far back"));
    for (const auto &[hours, name] :
        {std::pair {24, tr("24 hours")}, std::pair {48, tr("2 days")}, std::pair {168, tr("7 days")}}) {
        m_hours->addItem(name, hours);
    }
    auto *whole = new QPushButton(tr("Show all"), bar);
    whole->setToolTip(tr("The whole time again (key 0). Wheel: closer or further; drag: earlier or later"));
    auto *picture = new QPushButton(tr("Picture…"), bar);
    picture->setToolTip(tr("Saves what is shown as a picture (PNG)"));
    auto *table = new QPushButton(tr("Table…"), bar);
    table->setToolTip(tr("Saves the figures as a table (CSV)"));
    m_note = new QLabel(bar);
    m_note->setTextFormat(Qt::PlainText);
    line->addWidget(m_hours);
    line->addWidget(whole);
    line->addWidget(m_note, 1);
    line->addWidget(picture);
    line->addWidget(table);
    connect(m_hours, &QComboBox::activated, this, [this] {
        m_history = {};
        ask();
    });
    connect(whole, &QPushButton::clicked, this, &ChartsView::showWhole);
    const auto tell = [this](const QString &words) { m_note->setText(words); };
    connect(picture, &QPushButton::clicked, this, [this, tell] {
        saveWithDialog(
            this, tr("Save the charts"), u"charts.png"_s, tr("Picture (*.png)"), [this] { return png(); }, tell);
    });
    connect(table, &QPushButton::clicked, this, [this, tell] {
        saveWithDialog(
            this, tr("Save the figures"), u"history.csv"_s, tr("Table (*.csv)"), [this] { return historyCsv(m_history); }, tell);
    });
    return bar;
}

void ChartsView::setSession(Session *session)
{
    m_session = session;
    m_history = {};
    if (session) {
        connect(session, &Session::welcomed, this, [this] {
            if (isVisible()) {
                ask();
            }
        });
    }
    say(tr("Not connected yet."));
}

void ChartsView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_session && !m_session->user().isEmpty() && !m_again.isActive()) {
        ask();
    }
}

void ChartsView::ask()
{
    m_again.stop();
    if (!m_session || !isVisible()) {
        return; // asked again when it is shown
    }
    if (m_history.hours.isEmpty()) {
        say(tr("Reading the history…"));
    }
    m_session->client().history(m_hours->currentData().toInt(), this, [this](const Answer<HistoryView> &answer) {
        m_again.start(answer.result ? againMs : afterErrorMs);
        if (answer.result) {
            setHistory(*answer.result);
        } else if (m_history.hours.isEmpty()) {
            say(tr("The history could not be read. %1 It is tried again by itself.").arg(textOf(answer.result.error().code)));
        } else {
            m_note->setText(tr("Old: the history can't be read now."));
        }
    });
}

void ChartsView::say(const QString &words)
{
    m_words->setText(words);
    m_stack->setCurrentIndex(0);
}

void ChartsView::setHistory(const HistoryView &history)
{
    const bool same = history.from == m_history.from && !m_history.hours.isEmpty(); // else the axis begins anew
    m_history = history;
    m_note->setText(history.complete ? QString() : tr("There was too much to read it all: the lanes begin later."));
    if (isBlank(history)) {
        say(tr("Nothing has happened in this time: no file ended, and no node was heard."));
        return;
    }
    draw();
    if (!same) {
        showWhole();
    }
    m_stack->setCurrentIndex(1);
    m_plot->replot();
}

void ChartsView::showWhole()
{
    if (m_history.to > m_history.from) {
        m_nodes.time->setRange(keyOf(m_history.from), keyOf(m_history.to));
        m_plot->replot();
    }
}

/// The three rows show the same time, within what is known.
void ChartsView::keepWithin(const QCPRange &range)
{
    if (m_moving || m_history.to <= m_history.from) {
        return;
    }
    m_moving = true;
    const QCPRange all(keyOf(m_history.from), keyOf(m_history.to));
    const double span = qBound(leastSpan, range.size(), all.size());
    const double lower = qBound(all.lower, range.size() > all.size() ? all.lower : range.lower, all.upper - span);
    for (const Row &row : {m_files, m_waits, m_nodes}) {
        row.time->setRange(lower, lower + span);
    }
    m_moving = false;
}

void ChartsView::zoom(double factor)
{
    const QCPRange range = m_nodes.time->range();
    m_nodes.time->setRange(range.center() - range.size() * factor / 2, range.center() + range.size() * factor / 2);
    m_plot->replot();
}

void ChartsView::keyPressEvent(QKeyEvent *event)
{
    const double step = m_nodes.time->range().size() / 5;
    switch (event->key()) {
    case Qt::Key_Plus:
        zoom(0.5);
        return;
    case Qt::Key_Minus:
        zoom(2);
        return;
    case Qt::Key_0:
        showWhole();
        return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        m_nodes.time->moveRange(event->key() == Qt::Key_Left ? -step : step);
        m_plot->replot();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

QByteArray ChartsView::png() const
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    m_plot->toPixmap(0, 0, devicePixelRatioF()).save(&buffer, "PNG");
    return bytes;
}

} // namespace dtf
