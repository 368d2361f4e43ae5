// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/clock.h"
#include "common/share/shareworker.h"

#include <QObject>
#include <QTimer>

namespace dtf {

/// Tells a share that hangs (its server is silent, calls do not return) from a worker that merely has much to do: asks for the
/// share's name now and then, on a thread and with handles of its own. What the answer says is of no interest here, only that
/// there is one. Thread: the owner's.
class SharePulse final : public QObject
{
    Q_OBJECT
public:
    static constexpr milliseconds every {2'000};
    static constexpr milliseconds patience {6'000}; ///< for one answer: trouble is told within 10 s

    /// `share`: used by nobody else.
    explicit SharePulse(std::unique_ptr<ShareFs> share, QObject *parent = nullptr);
    void start();
    /// False: a call still hangs; its thread is left behind.
    bool stop(milliseconds deadline);
    [[nodiscard]] bool hangs() const { return m_hangs; }

Q_SIGNALS:
    void changed(bool hangs);

private:
    void ask();
    void set(bool hangs);

    ShareWorker m_worker;
    QTimer m_next;
    QTimer m_overdue;
    bool m_hangs = false;
};

} // namespace dtf
