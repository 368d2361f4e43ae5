// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/servicenotify.h"

namespace dtf {

struct ServiceNotify::Private
{ };

ServiceNotify::ServiceNotify() = default;
ServiceNotify::~ServiceNotify() = default;
void ServiceNotify::ready(StatusText) { }
void ServiceNotify::stopping(const QString &) { }

} // namespace dtf
