// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/tablesetup.h"

namespace dtf {

/// Draws a node's last hour in a cell (FiguresRole): its CPU as a line, the minutes in which it ran a file as a ground, a gap
/// where nothing is known. Without figures the cell's text. Thread: main.
class SparkDelegate final : public ToneDelegate
{
public:
    explicit SparkDelegate(QObject *parent = nullptr)
        : ToneDelegate(parent)
    { }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace dtf
