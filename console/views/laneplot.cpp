// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/laneplot.h"

#include "console/models/historytext.h"

#include <algorithm>
#include <cmath>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr double halfLane = 0.36;

double keyOf(WallTime time)
{
    return double(time.msecsSinceEpoch) / 1000.0;
}

} // namespace

QBrush laneBrush(const Theme &theme, const QString &state)
{
    if (state == u"ready"_s) {
        return theme.ground(Tone::Good);
    }
    if (state == u"unknown"_s) {
        return Qt::NoBrush;
    }
    const QColor colour = theme.text(laneTone(state));
    if (state == u"lost"_s) {
        return {colour, Qt::BDiagPattern};
    }
    if (state == u"refused"_s) {
        return {colour, Qt::DiagCrossPattern};
    }
    if (state == u"suspect"_s) {
        return {colour, Qt::Dense5Pattern};
    }
    if (state == u"paused"_s || state == u"draining"_s) {
        return {colour, state == u"paused"_s ? Qt::Dense6Pattern : Qt::Dense7Pattern};
    }
    return colour;
}

QPen lanePen(const Theme &theme, const QString &state)
{
    if (state == u"unknown"_s) {
        return {theme.line, 1, Qt::DotLine};
    }
    return theme.text(state == u"ready"_s ? Tone::Good : laneTone(state));
}

LanePlot::LanePlot(QCPAxis *keyAxis, QCPAxis *valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis)
{
    setSelectable(QCP::stNone);
    removeFromLegend();
}

const LanePart *LanePlot::partAt(double key, double value, NodeName *node) const
{
    const qint64 lane = std::llround(value);
    if (lane < 0 || lane >= m_lanes.size() || std::abs(value - double(lane)) > halfLane) {
        return nullptr;
    }
    const QList<LanePart> &parts = m_lanes[lane].parts;
    const auto at = std::find_if(
        parts.begin(), parts.end(), [key](const LanePart &part) { return key >= keyOf(part.from) && key < keyOf(part.to); });
    *node = m_lanes[lane].node;
    return at == parts.end() ? nullptr : &*at;
}

void LanePlot::draw(QCPPainter *painter)
{
    const QCPRange shown = mKeyAxis->range();
    for (qsizetype lane = 0; lane < m_lanes.size(); ++lane) {
        const double top = mValueAxis->coordToPixel(double(lane) - halfLane);
        const double bottom = mValueAxis->coordToPixel(double(lane) + halfLane);
        for (const LanePart &part : m_lanes[lane].parts) {
            if (keyOf(part.to) < shown.lower || keyOf(part.from) > shown.upper) {
                continue;
            }
            const double left = mKeyAxis->coordToPixel(std::max(keyOf(part.from), shown.lower));
            const double right = mKeyAxis->coordToPixel(std::min(keyOf(part.to), shown.upper));
            const QRectF box = QRectF(QPointF(left, top), QPointF(std::max(right, left + 1), bottom)).normalized();
            const bool framed = box.width() > 3; // else the frame would be all there is to see
            painter->setPen(framed ? lanePen(m_theme, part.state) : QPen(Qt::NoPen));
            painter->setBrush(laneBrush(m_theme, part.state));
            painter->drawRect(box);
        }
    }
}

void LanePlot::drawLegendIcon(QCPPainter *painter, const QRectF &rect) const
{
    painter->fillRect(rect, laneBrush(m_theme, u"busy"_s));
}

double LanePlot::selectTest(const QPointF &, bool, QVariant *) const
{
    return -1; // nothing can be selected
}

QCPRange LanePlot::getKeyRange(bool &foundRange, QCP::SignDomain) const
{
    foundRange = !m_lanes.isEmpty() && !m_lanes.first().parts.isEmpty();
    return foundRange ? QCPRange(keyOf(m_lanes.first().parts.first().from), keyOf(m_lanes.first().parts.last().to)) : QCPRange();
}

QCPRange LanePlot::getValueRange(bool &foundRange, QCP::SignDomain, const QCPRange &) const
{
    foundRange = !m_lanes.isEmpty();
    return {-0.5, double(m_lanes.size()) - 0.5};
}

} // namespace dtf
