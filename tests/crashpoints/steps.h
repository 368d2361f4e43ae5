// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace dtf::crash {

/// The moves of share-protocol.md as the shim names them.
constexpr char dispatch[] = "rename share/incoming/AgencyA.csv -> share/processing/DTF-01/";
constexpr char claim[] = "rename share/processing/DTF-01/J.eN~AgencyA.csv -> share/processing/DTF-01/running/";
constexpr char commit[] = "rename share/processing/DTF-01/running/J.eN.bB~AgencyA.csv -> share/completed/.stage/";
constexpr char show[] = "rename share/completed/.stage/J.eN.bB -> share/completed/D/";

} // namespace dtf::crash
