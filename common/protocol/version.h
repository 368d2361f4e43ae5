// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace dtf {

/// The control plane's version, N. Unknown JSON fields are ignored; a peer at N or one below is served, one above is refused with
/// a word of its own: it must not be misunderstood. An agent that is refused as too new speaks N − 1 from then on.
///   1  the first
///   2  machines join by a code (enrol); a heartbeat's answer tells a twin
inline constexpr int protocolVersion = 2;
inline constexpr int oldestProtocolVersion = protocolVersion - 1;

enum class PeerVersion { Current, PastCompatible, TooOld, Future };
/// `own`: of the one who judges.
[[nodiscard]] constexpr PeerVersion judgeVersion(int peer, int own = protocolVersion)
{
    return peer == own    ? PeerVersion::Current
        : peer > own      ? PeerVersion::Future
        : peer >= own - 1 ? PeerVersion::PastCompatible
                          : PeerVersion::TooOld;
}

/// What to speak next with a server that has refused `spoken`: N and N − 1 in turn. Pure.
[[nodiscard]] constexpr int otherProtocol(int spoken)
{
    return spoken == protocolVersion ? oldestProtocolVersion : protocolVersion;
}

} // namespace dtf
