// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/patience.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace dtf {

using namespace Qt::StringLiterals;

struct Findings::Private
{
    std::mutex mutex;
    std::condition_variable news;
    QString step;
    int steps = 0;
    bool ended = false;
    QList<CheckRow> rows;
};

Findings::Findings()
    : d(std::make_unique<Private>())
{ }

Findings::~Findings() = default;

void Findings::begin(const QString &step)
{
    const std::lock_guard lock(d->mutex);
    d->step = step;
    ++d->steps;
    d->news.notify_all();
}

void Findings::add(const CheckRow &row)
{
    const std::lock_guard lock(d->mutex);
    d->rows.append(row);
}

QList<CheckRow> tryPatiently(
    const QString &what, milliseconds patience, milliseconds limit, const std::function<void(Findings &)> &work)
{
    auto findings = std::make_shared<Findings>();
    std::thread([findings, work] {
        work(*findings);
        const std::lock_guard lock(findings->d->mutex);
        findings->d->ended = true;
        findings->d->news.notify_all();
    }).detach();

    Findings::Private &d = *findings->d;
    std::unique_lock lock(d.mutex);
    const auto end = std::chrono::steady_clock::now() + limit;
    for (int seen = -1; !d.ended && d.steps != seen;) {
        seen = d.steps;
        const auto until = std::min(end, std::chrono::steady_clock::now() + patience);
        d.news.wait_until(lock, until, [&] { return d.ended || d.steps != seen; });
        if (std::chrono::steady_clock::now() >= end) {
            break;
        }
    }
    QList<CheckRow> rows = d.rows;
    if (!d.ended) {
        rows.append(isBad(what, u"no answer for %1 s while trying %2"_s.arg(patience.count() / 1000).arg(d.step),
            u"it hangs: look whether its server runs and the network reaches it; mount it anew"_s));
    }
    return rows;
}

} // namespace dtf
