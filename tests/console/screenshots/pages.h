// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/views/theme.h"

#include <QSize>

namespace dtf {

class Album;

/// How the pictures are taken.
struct PhotoPlan
{
    ThemeKind theme = ThemeKind::Light;
    QSize size {1'280, 720}; ///< of the window, in logical points
    bool mainPagesOnly = false;
    int nodes = 300;
    int files = 100'000;
};

/// Every page of the console in every state into the album. What did not come is complained about there.
void photograph(const PhotoPlan &plan, Album &album);

} // namespace dtf
