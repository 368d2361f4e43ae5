// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QAbstractSocket;

namespace dtf {

/// Closes the sending side only: the peer reads our answer to its end while what it still sends is drained. Without this, closing
/// a socket with unread bytes resets the connection and the answer is lost. Nothing happens on a socket that is closed already.
void closeSendingSide(QAbstractSocket &socket);

} // namespace dtf
