// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/core/clock.h"

#include <functional>
#include <memory>

namespace dtf {

/// What a thread that may hang for ever tells of itself. Thread: any.
class Findings
{
public:
    Findings();
    ~Findings();
    Findings(const Findings &) = delete;
    Findings &operator=(const Findings &) = delete;

    /// What is tried from now on, for "no answer while …": "to look at /srv/x".
    void begin(const QString &step);
    void add(const CheckRow &row);

private:
    friend QList<CheckRow> tryPatiently(const QString &, milliseconds, milliseconds, const std::function<void(Findings &)> &);
    struct Private;
    std::unique_ptr<Private> d;
};

/// How long a share may say nothing until it is told that it hangs, and how long its whole proof may take.
inline constexpr milliseconds sharePatience {8'000};
inline constexpr milliseconds shareProofLimit {90'000};

/// Runs `work` on a thread of its own and waits for it, as long as it begins a new step within `patience` and ends within
/// `limit`; then it is left alone for good, and a failed row `what` says in which step it hangs. `work` must own all it uses.
[[nodiscard]] QList<CheckRow> tryPatiently(
    const QString &what, milliseconds patience, milliseconds limit, const std::function<void(Findings &)> &work);

} // namespace dtf
