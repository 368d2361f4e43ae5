// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/freememory.h"

#include <cstdlib> // defines __GLIBC__ where it is glibc

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace dtf {

void returnFreeMemory()
{
#ifdef __GLIBC__
    (void)::malloc_trim(0);
#endif
}

} // namespace dtf
