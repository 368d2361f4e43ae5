// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/atomicmove.h"
#include "common/share/canceltoken.h"
#include "common/share/localsharefs.h"
#include "common/share/shareio.h"

#include <atomic>

namespace dtf {

struct LocalShareFs::Private
{
    std::unique_ptr<ShareIo> io;
    ShareTiming timing;
    CancelToken cancel;
    QByteArray boundUuid; ///< the first one seen
    SystemClock clock;
    std::atomic<qint64> sign {0}; ///< lastSign(), ms

    void beat() { sign.store(clock.now().mono.value.count(), std::memory_order_relaxed); }
    [[nodiscard]] Progress beating(const Progress &progress)
    {
        return [this, &progress](qint64 done) {
            beat();
            return !progress || progress(done);
        };
    }

    /// The share is there (looking at its sentinel if need be) and the path is a proper one.
    [[nodiscard]] Result<void> ready();
    [[nodiscard]] Result<void> ready(const SharePath &path);
    /// Reads the sentinel of the place the root's path leads to now and pins that place; nothing is pinned after an error.
    [[nodiscard]] Result<ShareIdentity> identify();
    /// To the house's language; a root that went away is looked at anew next time.
    [[nodiscard]] tl::unexpected<Error> failed(const IoError &error, QLatin1StringView what, QByteArrayView path);

    /// The answer of one call on one path, in the house's language.
    template <typename Call> [[nodiscard]] auto asked(const SharePath &path, QLatin1StringView what, Call call)
    {
        using T = typename std::invoke_result_t<Call>::value_type;
        if (const auto can = ready(path); !can) {
            return Result<T>(tl::unexpected(can.error()));
        }
        return call().map_error([&](const IoError &error) { return failed(error, what, path).value(); });
    }
    [[nodiscard]] Result<ContentHash> noted(Result<ContentHash> result); ///< the same for an error that is translated already

    [[nodiscard]] Presence presence(const SharePath &path);
    /// By opening only. Present: nobody holds it for a rename or alone; Unknown while somebody does.
    [[nodiscard]] Presence provenPresence(const SharePath &path);
    /// Content flushed into a new file; on an error nothing of it stays.
    [[nodiscard]] Io<void> writeNew(const SharePath &path, QByteArrayView content);
    /// writeSmall() without its guards.
    [[nodiscard]] Result<void> publishSmall(const SharePath &path, QByteArrayView content, bool replace);
    [[nodiscard]] Result<QByteArray> readWhole(const SharePath &path, qint64 maxBytes);
    /// Everything in a folder and the folder; links are removed, not followed.
    [[nodiscard]] Result<void> removeTree(const SharePath &folder, int depthLeft);
};

/// 16 random characters for names of temporary files.
[[nodiscard]] QByteArray randomName();

/// MoveOps on the real thing.
class ShareMoveOps : public MoveOps
{
public:
    using Rename = std::function<Io<void>()>;
    using Look = std::function<Presence()>;
    ShareMoveOps(CancelToken &cancel, Rename rename, Look source, Look target, Rename prove = {})
        : m_cancel(cancel)
        , m_rename(std::move(rename))
        , m_source(std::move(source))
        , m_target(std::move(target))
        , m_prove(std::move(prove))
    { }
    Io<void> rename() override { return m_rename(); }
    Presence lookAtSource() override { return m_source(); }
    Presence lookAtTarget() override { return m_target(); }
    Io<void> proveTarget() override { return m_prove ? m_prove() : Io<void>(); }
    MonoTime now() override { return m_clock.now().mono; }
    double random() override;
    bool wait(milliseconds time) override { return m_cancel.wait(time); }

private:
    CancelToken &m_cancel;
    Rename m_rename;
    Look m_source;
    Look m_target;
    Rename m_prove;
    SystemClock m_clock;
};

} // namespace dtf
