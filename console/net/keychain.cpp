// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/net/keychain.h"

#include <QMetaObject>
#include <QPointer>
#include <QTimer>

#include <memory>
#include <optional>
#include <utility>

#ifdef DTF_KEYCHAIN
#include <qt6keychain/keychain.h>
#endif

namespace dtf {

using namespace Qt::StringLiterals;

#ifdef DTF_KEYCHAIN

namespace {

QString keyOf(const QUrl &server)
{
    return server.toString(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

QString service()
{
    return u"dtf-console"_s;
}

std::optional<Error> errorOf(const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::NoError:
        return std::nullopt;
    case QKeychain::EntryNotFound:
        return Error {ErrorCode::NotFound, Keychain::tr("The key store has no token for this address.")};
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return Error {ErrorCode::PermissionDenied, Keychain::tr("The key store was not opened.")};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return Error {ErrorCode::Unavailable, Keychain::tr("No key store runs here.")};
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        break;
    }
    return Error {ErrorCode::Unavailable, Keychain::tr("No key store answers here (%1).").arg(job.errorString())};
}

/// Starts the job; `done` is called once: at its end, or at the deadline.
void run(QKeychain::Job *job, QObject *owner, QObject *context, const std::function<void(const std::optional<Error> &)> &done)
{
    job->setInsecureFallback(false);
    auto *timer = new QTimer(owner);
    timer->setSingleShot(true);
    const auto over = std::make_shared<bool>(false);
    const auto finish = [timer, over, alive = QPointer(context), done](const std::optional<Error> &error) {
        timer->stop();
        if (!std::exchange(*over, true) && alive) {
            done(error);
        }
    };
    QObject::connect(timer, &QTimer::timeout, timer, [timer, finish] {
        finish(Error {ErrorCode::Timeout, Keychain::tr("The key store did not answer in time.")});
    });
    QObject::connect(job, &QKeychain::Job::finished, timer, [finish](QKeychain::Job *ended) { finish(errorOf(*ended)); });
    QObject::connect(job, &QObject::destroyed, timer, &QObject::deleteLater);
    timer->start(Keychain::deadline);
    job->start();
}

} // namespace

bool Keychain::isBuilt()
{
    return true;
}

void Keychain::read(const QUrl &server, QObject *context, ReadCallback callback)
{
    auto *job = new QKeychain::ReadPasswordJob(service()); // deletes itself
    job->setKey(keyOf(server));
    run(job, this, context, [job = QPointer(job), callback = std::move(callback)](const std::optional<Error> &error) {
        callback(error ? Result<QByteArray>(tl::unexpected(*error)) : Result<QByteArray>(job ? job->binaryData() : QByteArray()));
    });
}

void Keychain::write(const QUrl &server, const QByteArray &token, QObject *context, Callback callback)
{
    auto *job = new QKeychain::WritePasswordJob(service());
    job->setKey(keyOf(server));
    job->setBinaryData(token);
    run(job, this, context, [callback = std::move(callback)](const std::optional<Error> &error) {
        callback(error ? Result<void>(tl::unexpected(*error)) : Result<void>());
    });
}

void Keychain::remove(const QUrl &server, QObject *context, Callback callback)
{
    auto *job = new QKeychain::DeletePasswordJob(service());
    job->setKey(keyOf(server));
    run(job, this, context, [callback = std::move(callback)](const std::optional<Error> &error) {
        callback(error && error->code != ErrorCode::NotFound ? Result<void>(tl::unexpected(*error)) : Result<void>());
    });
}

#else

namespace {

Error none()
{
    return {ErrorCode::Unavailable, Keychain::tr("This console is built without support for a key store.")};
}

} // namespace

bool Keychain::isBuilt()
{
    return false;
}

void Keychain::read(const QUrl &, QObject *context, ReadCallback callback)
{
    QMetaObject::invokeMethod(
        context, [callback = std::move(callback)] { callback(tl::unexpected(none())); }, Qt::QueuedConnection);
}

void Keychain::write(const QUrl &, const QByteArray &, QObject *context, Callback callback)
{
    QMetaObject::invokeMethod(
        context, [callback = std::move(callback)] { callback(tl::unexpected(none())); }, Qt::QueuedConnection);
}

void Keychain::remove(const QUrl &server, QObject *context, Callback callback)
{
    write(server, {}, context, std::move(callback));
}

#endif

} // namespace dtf
