// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/browsersupervisor.h"

#include "agent/browser/supervision.h"

#include <QPointer>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxPicture = qsizetype {8} * 1024 * 1024;
constexpr milliseconds pictureDeadline {15'000};
constexpr int maxPictures = 4;

} // namespace

class BrowserSupervisor::Private
{
public:
    Private(const BrowserConfig &config, const QString &stateDir, const Clock &clock, const BrowserLimits &limits)
        : supervision(config, stateDir, clock, limits)
    { }
    Supervision supervision;
    int pictures = 0; ///< under way
};

BrowserSupervisor::BrowserSupervisor(const BrowserConfig &config, const QString &stateDir, const Clock &clock, QObject *parent)
    : BrowserSupervisor(config, stateDir, clock, BrowserLimits {}, parent)
{ }

BrowserSupervisor::BrowserSupervisor(
    const BrowserConfig &config, const QString &stateDir, const Clock &clock, const BrowserLimits &limits, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(config, stateDir, clock, limits))
{
    connect(&d->supervision, &Supervision::statusChanged, this, &BrowserSupervisor::statusChanged);
}

BrowserSupervisor::~BrowserSupervisor()
{
    d->supervision.disconnect(this);
    d->supervision.feed({BrowserEvent::Kind::Detach, {}});
}

void BrowserSupervisor::start()
{
    d->supervision.feed({BrowserEvent::Kind::Start, {}});
}

const BrowserStatus &BrowserSupervisor::status() const
{
    return d->supervision.status();
}

qint64 BrowserSupervisor::browserPid() const
{
    return d->supervision.process().pid;
}

void BrowserSupervisor::restart(const QString &reason)
{
    d->supervision.feed({BrowserEvent::Kind::Restart, reason});
}

void BrowserSupervisor::setBusy(bool busy)
{
    d->supervision.setBusy(busy);
}

void BrowserSupervisor::detach()
{
    d->supervision.feed({BrowserEvent::Kind::Detach, {}});
}

void BrowserSupervisor::capture(std::function<void(Result<QByteArray>)> done)
{
    const auto page = d->supervision.shownPage();
    if (!page || d->pictures >= maxPictures) {
        Error error {ErrorCode::NotFound, u"the browser shows no page"_s};
        if (!page) {
            error = page.error();
        } else {
            error = {ErrorCode::TooMany, u"pictures are being taken already"_s};
        }
        QTimer::singleShot(0, this, [done = std::move(done), error] { done(tl::unexpected<Error>(error)); });
        return;
    }
    ++d->pictures;
    // Whichever comes first answers: the picture (of several steps, each with a deadline) or the time.
    auto *limit = new QTimer(this);
    const auto once = [this, guard = QPointer<QTimer>(limit), done = std::move(done)](const Result<QByteArray> &result) {
        if (!guard || guard->property("told").toBool()) {
            return;
        }
        guard->setProperty("told", true);
        guard->deleteLater();
        --d->pictures;
        done(result);
    };
    limit->setSingleShot(true);
    connect(limit, &QTimer::timeout, this, [once] { once(fail(ErrorCode::Timeout, u"no picture within 15 s"_s)); });
    limit->start(pictureDeadline);
    d->supervision.tabs().capture(*page, maxPicture, pictureDeadline, once);
}

} // namespace dtf
