// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/core/error.h"

#include <QByteArray>
#include <QObject>
#include <QUrl>

#include <functional>

namespace dtf {

/// Tokens in the system's key store (Secret Service, KWallet, Windows' credentials), one per address. Never in a file of ours:
/// where no store is built in or running, every answer is Unavailable and the caller asks the user. Every callback comes once,
/// from the event loop; not when `context` is gone before. Thread: main.
class Keychain final : public QObject
{
    Q_OBJECT

public:
    using ReadCallback = std::function<void(const Result<QByteArray> &token)>; ///< NotFound: none is kept for this address
    using Callback = std::function<void(const Result<void> &done)>;

    /// Built with support for a key store; whether one runs here is known after the first answer.
    [[nodiscard]] static bool isBuilt();

    explicit Keychain(QObject *parent = nullptr)
        : QObject(parent)
    { }

    void read(const QUrl &server, QObject *context, ReadCallback callback);
    void write(const QUrl &server, const QByteArray &token, QObject *context, Callback callback);
    void remove(const QUrl &server, QObject *context, Callback callback);

    /// The user may be asked to open the store meanwhile.
    static constexpr milliseconds deadline {60'000};
};

} // namespace dtf
