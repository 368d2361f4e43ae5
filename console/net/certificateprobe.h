// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"

#include <QObject>
#include <QSslCertificate>
#include <QSslSocket>
#include <QStringList>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <optional>

namespace dtf {

/// What an https server shows of itself when it is asked for nothing: a handshake, then the end. Thread: main.
class CertificateProbe final : public QObject
{
public:
    struct Shown
    {
        QSslCertificate certificate;
        QStringList objections; ///< what this system has against it; empty: its CAs trust it
    };
    using Callback = std::function<void(const Result<Shown> &shown)>;

    /// Begins at once; `callback` comes once, from the event loop, unless this is gone before.
    CertificateProbe(const QUrl &server, Callback callback, QObject *parent);

    static constexpr milliseconds deadline {10'000};

private:
    void finish(const Result<Shown> &shown);

    QSslSocket m_socket;
    QTimer m_deadline;
    Callback m_callback;
    bool m_finished = false;
};

} // namespace dtf
