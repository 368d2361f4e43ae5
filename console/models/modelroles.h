// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace dtf {

/// How a cell wants to be seen; the theme has a colour and a sign for each, so that no meaning hangs on colour alone.
enum class Tone {
    Plain,
    Good,
    Busy, ///< something is under way
    Attention, ///< a person should look
    Trouble, ///< a person must act
    Muted, ///< out of service by intention, or of no interest now
};

/// Roles of every model of the console beyond Qt's own.
enum ModelRole {
    ToneRole = Qt::UserRole + 1, ///< int of Tone
    SortRole, ///< what a proxy compares: number, or case-folded text
    IdRole, ///< QString: node name, job id, …
    FiguresRole, ///< NodeFigures: a node's last hour; invalid: not known
    FiguresToneRole, ///< int of Tone: how the figures want to be seen
};

} // namespace dtf
