// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/views/plotlibrary.h"
#include "console/views/theme.h"

namespace dtf {

/// How a part of a lane is filled: by colour and pattern, so that states differ without colours, too. Pure.
[[nodiscard]] QBrush laneBrush(const Theme &theme, const QString &state);
[[nodiscard]] QPen lanePen(const Theme &theme, const QString &state);

/// One lane per node over time: keys are seconds since 1970, the value of lane i is i. Thread: main.
class LanePlot final : public QCPAbstractPlottable
{
public:
    LanePlot(QCPAxis *keyAxis, QCPAxis *valueAxis);

    void setLanes(const QList<HistoryLane> &lanes) { m_lanes = lanes; }
    void setTheme(const Theme &theme) { m_theme = theme; }
    /// The part at this place; null: none.
    [[nodiscard]] const LanePart *partAt(double key, double value, NodeName *node) const;

    double selectTest(const QPointF &pos, bool onlySelectable, QVariant *details) const override;
    QCPRange getKeyRange(bool &foundRange, QCP::SignDomain inSignDomain) const override;
    QCPRange getValueRange(bool &foundRange, QCP::SignDomain inSignDomain, const QCPRange &inKeyRange) const override;

protected:
    void draw(QCPPainter *painter) override;
    void drawLegendIcon(QCPPainter *painter, const QRectF &rect) const override;

private:
    QList<HistoryLane> m_lanes;
    Theme m_theme = makeTheme(ThemeKind::Light);
};

} // namespace dtf
