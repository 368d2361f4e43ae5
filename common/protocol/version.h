// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace dtf {

/// The control plane's version. Unknown JSON fields are ignored; a peer at current or one below is served.
inline constexpr int protocolVersion = 1;
inline constexpr int oldestProtocolVersion = 1;

enum class PeerVersion { Current, PastCompatible, TooOld, Future };
[[nodiscard]] constexpr PeerVersion judgeVersion(int peer)
{
    return peer == protocolVersion      ? PeerVersion::Current
        : peer > protocolVersion        ? PeerVersion::Future
        : peer >= oldestProtocolVersion ? PeerVersion::PastCompatible
                                        : PeerVersion::TooOld;
}

} // namespace dtf
