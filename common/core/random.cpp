// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/random.h"

#include <QRandomGenerator>

namespace dtf {

std::uint64_t random64()
{
    return QRandomGenerator::system()->generate64();
}

} // namespace dtf
