// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

namespace dtf::test {

/// Every field in one line: records compare in QCOMPARE with a readable difference.
[[nodiscard]] QByteArray recordText(const JobRecord &job);
[[nodiscard]] QByteArray recordText(const NodeRecord &node);
[[nodiscard]] QByteArray recordText(const ReportMark &mark);
[[nodiscard]] QByteArray recordText(const Alert &alert);
[[nodiscard]] QByteArray recordText(const CommandRecord &record);

} // namespace dtf::test
