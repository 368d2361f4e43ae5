// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <compare>

/// The one order of files that GET /api/v1/jobs pages through and a console puts changed rows into. Pure.
///
/// Changed, Accepted, Attempts, Size, Priority: the number. State, Cause: in the order of the enum. Node: the bytes of its name,
/// none first. Name: nameOrderKey(), byte by byte. Agency: agencyOrderKey(), byte by byte. What is equal goes by the id, and a
/// descending order is the ascending one backwards.
namespace dtf {

/// Case-folded UTF-8 of the name, a line feed, and of the affinity: "agencya.csv\nagencya".
[[nodiscard]] QByteArray nameOrderKey(const JobView &job);
/// UTF-8 of the affinity with A to Z as a to z: other letters keep their case.
[[nodiscard]] QByteArray agencyOrderKey(const JobView &job);

/// Where `a` stands against `b` in ascending order.
[[nodiscard]] std::strong_ordering compareJobs(const JobView &a, const JobView &b, JobSort sort);

} // namespace dtf
