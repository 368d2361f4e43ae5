// SPDX-License-Identifier: GPL-3.0-or-later
// What ChartsView draws, and in which colours.
#include "console/models/historytext.h"
#include "console/views/chartsview.h"
#include "console/views/laneplot.h"

#include <QLabel>
#include <QToolTip>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr double hourSeconds = 3'600;
constexpr double minuteMs = 60'000;

double keyOf(WallTime time)
{
    return double(time.msecsSinceEpoch) / 1000.0;
}

/// The smallest of 5, 10, 20, 50 … above `value`, so that an axis ends at a round number.
double roundedUp(double value)
{
    double step = 5;
    for (int i = 0; step < value * 1.05; ++i) {
        step *= i % 3 == 1 ? 2.5 : 2;
    }
    return step;
}

} // namespace

ChartsView::Row ChartsView::addRow(int number, const QString &label)
{
    Row row;
    row.rect = new QCPAxisRect(m_plot);
    row.time = row.rect->axis(QCPAxis::atBottom);
    row.value = row.rect->axis(QCPAxis::atLeft);
    row.rect->axis(QCPAxis::atTop)->setVisible(false);
    row.rect->setRangeDrag(Qt::Horizontal);
    row.rect->setRangeZoom(Qt::Horizontal);
    row.rect->setMinimumSize(120, 46);
    row.value->setLabel(label);
    row.value->grid()->setVisible(true);
    row.value->ticker()->setTickCount(3);
    const QSharedPointer<QCPAxisTickerDateTime> ticker(new QCPAxisTickerDateTime);
    ticker->setDateTimeFormat(u"HH:mm\nd MMM"_s);
    ticker->setTickCount(8);
    row.time->setTicker(ticker);
    row.time->setTickLabels(false);
    m_plot->plotLayout()->addElement(number, 0, row.rect);
    connect(row.time, qOverload<const QCPRange &>(&QCPAxis::rangeChanged), this, &ChartsView::keepWithin);
    return row;
}

void ChartsView::makePlots()
{
    m_plot->setAccessibleName(tr("Charts: files per hour, waiting time, and what each node did"));
    m_plot->plotLayout()->clear();
    m_plot->plotLayout()->setRowSpacing(4);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setNoAntialiasingOnDrag(true);
    m_files = addRow(0, tr("Files / h"));
    m_waits = addRow(1, tr("Wait, min"));
    m_nodes = addRow(2, {});
    auto *margins = new QCPMarginGroup(m_plot);
    for (const Row &row : {m_files, m_waits, m_nodes}) {
        row.rect->setMarginGroup(QCP::msLeft | QCP::msRight, margins);
    }
    m_percent = m_files.rect->axis(QCPAxis::atRight);
    m_percent->setVisible(true);
    m_percent->setLabel(tr("Done, %"));
    m_percent->setRange(0, 105);
    m_percent->ticker()->setTickCount(3);
    m_nodes.time->setTickLabels(true);
    m_nodes.value->setRangeReversed(true);
    m_nodes.value->grid()->setVisible(false);
    m_done = new QCPBars(m_files.time, m_files.value);
    m_failed = new QCPBars(m_files.time, m_files.value);
    m_held = new QCPBars(m_files.time, m_files.value);
    m_failed->moveAbove(m_done);
    m_held->moveAbove(m_failed);
    for (QCPBars *bars : {m_done, m_failed, m_held}) {
        bars->setWidthType(QCPBars::wtPlotCoords);
        bars->setWidth(hourSeconds * 0.8);
    }
    m_success = new QCPGraph(m_files.time, m_percent);
    m_longest = new QCPGraph(m_waits.time, m_waits.value);
    m_median = new QCPGraph(m_waits.time, m_waits.value);
    m_lanes = new LanePlot(m_nodes.time, m_nodes.value);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &ChartsView::showWhole);
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent *event) {
        const QString tip = tipAt(event->pos());
        if (tip.isEmpty()) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(event->globalPosition().toPoint(), tip.toHtmlEscaped(), m_plot);
        }
    });
}

void ChartsView::draw()
{
    QVector<double> keys;
    QVector<double> done;
    QVector<double> failed;
    QVector<double> held;
    QVector<double> percentKeys;
    QVector<double> percents;
    QVector<double> waitKeys;
    QVector<double> longest;
    QVector<double> median;
    double most = 0;
    double longestWait = 0;
    for (const HistoryHour &hour : std::as_const(m_history.hours)) {
        const double middle = keyOf(hour.start) + hourSeconds / 2;
        keys.append(middle);
        done.append(double(hour.done));
        failed.append(double(hour.failed));
        held.append(double(hour.held + hour.rejected));
        most = std::max(most, done.last() + failed.last() + held.last());
        if (const auto percent = successPercent(hour)) {
            percentKeys.append(middle);
            percents.append(*percent);
        }
        if (hour.longestWaitMs >= 0) {
            waitKeys.append(middle);
            longest.append(double(hour.longestWaitMs) / minuteMs);
            median.append(double(hour.medianWaitMs) / minuteMs);
            longestWait = std::max(longestWait, longest.last());
        }
    }
    m_done->setData(keys, done, true);
    m_failed->setData(keys, failed, true);
    m_held->setData(keys, held, true);
    m_success->setData(percentKeys, percents, true);
    m_longest->setData(waitKeys, longest, true);
    m_median->setData(waitKeys, median, true);
    m_files.value->setRange(0, roundedUp(most));
    m_waits.value->setRange(0, roundedUp(longestWait));
    m_lanes->setLanes(m_history.lanes);
    const QSharedPointer<QCPAxisTickerText> names(new QCPAxisTickerText);
    const qsizetype every = 1 + m_history.lanes.size() / 24; // names of many lanes would cover each other
    for (qsizetype i = 0; i < m_history.lanes.size(); i += every) {
        names->addTick(double(i), m_history.lanes[i].node.toString());
    }
    m_nodes.value->setTicker(names);
    m_nodes.value->setRange(-0.6, double(std::max<qsizetype>(1, m_history.lanes.size())) - 0.4);
    m_plot->plotLayout()->setRowStretchFactors({1.0, 0.8, std::min(3.0, 0.5 + 0.18 * double(m_history.lanes.size()))});
    fillLegend();
}

void ChartsView::dressAxis(QCPAxis *axis) const
{
    const QColor text = m_theme.palette.color(QPalette::Text);
    axis->setTickLabelColor(text);
    axis->setLabelColor(text);
    axis->setTickLabelFont(font());
    axis->setLabelFont(font());
    axis->setBasePen(m_theme.text(Tone::Muted));
    axis->setTickPen(m_theme.text(Tone::Muted));
    axis->setSubTickPen(Qt::NoPen);
    axis->grid()->setPen(QPen(m_theme.line, 1, Qt::DotLine));
    axis->grid()->setZeroLinePen(m_theme.line);
}

void ChartsView::setTheme(const Theme &theme, Density)
{
    m_theme = theme;
    m_plot->setBackground(theme.palette.color(QPalette::Base));
    for (QCPAxis *axis : {m_files.time, m_files.value, m_percent, m_waits.time, m_waits.value, m_nodes.time, m_nodes.value}) {
        dressAxis(axis);
    }
    const auto bars = [&](QCPBars *plotted, Tone tone, Qt::BrushStyle style) {
        plotted->setPen(theme.text(tone));
        plotted->setBrush(QBrush(theme.text(tone), style));
    };
    bars(m_done, Tone::Good, Qt::SolidPattern);
    bars(m_failed, Tone::Trouble, Qt::BDiagPattern);
    bars(m_held, Tone::Attention, Qt::Dense5Pattern);
    const QColor text = theme.palette.color(QPalette::Text);
    m_success->setPen(QPen(text, 1.5));
    m_success->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, text, 4));
    m_longest->setPen(QPen(theme.text(Tone::Attention), 2));
    m_longest->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, theme.text(Tone::Attention), 5));
    m_median->setPen(QPen(theme.text(Tone::Busy), 1.5, Qt::DashLine));
    m_median->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCircle, theme.text(Tone::Busy), 5));
    m_lanes->setTheme(theme);
    fillLegend();
    m_plot->replot();
}

/// Only our own words are in it: a state's word of a newer orchestrator is escaped.
void ChartsView::fillLegend()
{
    const auto entry = [](const QColor &colour, const QString &sign, const QString &text) {
        return u"<span style='color:%1'>%2</span>&nbsp;%3"_s.arg(
            colour.name(), sign, text.toHtmlEscaped().replace(u' ', u"&nbsp;"_s));
    };
    QStringList entries {entry(m_theme.text(Tone::Good), u"■"_s, tr("done")),
        entry(m_theme.text(Tone::Trouble), u"▨"_s, tr("failed")),
        entry(m_theme.text(Tone::Attention), u"▩"_s, tr("on hold or rejected")),
        entry(m_theme.palette.color(QPalette::Text), u"●"_s, tr("done, %")),
        entry(m_theme.text(Tone::Attention), u"●"_s, tr("longest wait")),
        entry(m_theme.text(Tone::Busy), u"○"_s, tr("half waited less"))};
    QStringList nodes;
    for (const QString &state : laneStates()) {
        const bool there = std::any_of(m_history.lanes.begin(), m_history.lanes.end(), [&](const HistoryLane &lane) {
            return std::any_of(lane.parts.begin(), lane.parts.end(), [&](const LanePart &part) { return part.state == state; });
        });
        if (there) {
            const bool solid = laneBrush(m_theme, state).style() == Qt::SolidPattern;
            const QString sign = state == u"ready"_s || state == u"unknown"_s ? u"□"_s : solid ? u"■"_s : u"▨"_s;
            nodes.append(entry(lanePen(m_theme, state).color(), sign, laneText(state)));
        }
    }
    m_legend->setText(entries.join(u"&nbsp;&nbsp; "_s)
        + (nodes.isEmpty() ? QString() : u"<br>"_s + tr("Nodes:") + u"&nbsp; "_s + nodes.join(u"&nbsp;&nbsp; "_s)));
}

QString ChartsView::tipAt(const QPoint &pos) const
{
    const QTimeZone zone = QTimeZone::systemTimeZone();
    if (m_nodes.rect->rect().contains(pos)) {
        NodeName node;
        const LanePart *part = m_lanes->partAt(m_nodes.time->pixelToCoord(pos.x()), m_nodes.value->pixelToCoord(pos.y()), &node);
        return part ? partTip(node, *part, m_history.to, zone) : QString();
    }
    for (const Row &row : {m_files, m_waits}) {
        if (!row.rect->rect().contains(pos)) {
            continue;
        }
        const double key = row.time->pixelToCoord(pos.x());
        for (const HistoryHour &hour : m_history.hours) {
            if (key >= keyOf(hour.start) && key < keyOf(hour.start) + hourSeconds) {
                return hourTip(hour, zone);
            }
        }
    }
    return {};
}

} // namespace dtf
