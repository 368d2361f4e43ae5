// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/policy/browserlimits.h"
#include "agent/browser/policy/pages.h"
#include "common/model/browserstate.h"

#include <optional>

namespace dtf {

/// What one evaluation on the chosen page said.
struct PageReading
{
    QString href; ///< the document's own address, which a target's URL may run ahead of
    bool loaded = false; ///< document.readyState is interactive or complete
    std::optional<bool> ready; ///< readyExpression; nothing: it threw or is none
};

struct PortalVerdict
{
    BrowserState state = BrowserState::Starting;
    QString detail; ///< the step that fails; empty when Ready
    bool operator==(const PortalVerdict &) const = default;
};

/// What would bring the page back.
enum class PageRemedy {
    None,
    OpenStartPage, ///< in a new tab
    Reload, ///< it crashed, or could not be loaded
    CrashAndReload, ///< silent for pageCureAfter and no run is going on. Reloading the same tab keeps its sessionStorage, closing
                    ///< it would not.
};

/// The top of the ladder: which page, logged in or not. Pure.
/// A login page counts at once. Ready is entered slowly (a fresh reading of a loaded page, and without a readyExpression a URL
/// that has settled, since a portal redirects to its login page a moment after loading) and, the login page apart, left after two
/// readings that agree: scripts navigate the page all day.
class PortalWatch
{
public:
    PortalWatch(const BrowserLimits &limits, PageRules rules);

    void begin(MonoTime now); ///< connected
    /// The targets changed. True: ask the page again soon.
    bool setTargets(const QList<PageTarget> &targets, MonoTime now);
    void reading(const PageReading &reading, MonoTime now);
    void setSilent(bool silent, MonoTime now); ///< BrowserHealth::pageSilent
    void opened(const QString &targetId) { m_openedId = targetId; } ///< OpenStartPage made this target
    void probedWithoutPage(); ///< a probe found no page
    void ownAnswered() { m_ownAnswered = true; } ///< the browser's own probe: enough where no page is asked for

    [[nodiscard]] const std::optional<PageTarget> &page() const { return m_page; }
    [[nodiscard]] PortalVerdict verdict(MonoTime now) const;
    /// What to do now; each answer but None is counted as done.
    [[nodiscard]] PageRemedy remedy(bool busy, MonoTime now);
    /// When the verdict may change by time alone; later than now.
    [[nodiscard]] std::optional<MonoTime> wakeAt(MonoTime now) const;
    /// A reading has to be confirmed soon.
    [[nodiscard]] bool wantsConfirmation() const { return m_ready && m_bad > 0; }

private:
    [[nodiscard]] bool good(const PageReading &reading) const;
    [[nodiscard]] bool settled(MonoTime now) const;
    [[nodiscard]] bool wantsPage() const; ///< a start URL or readyUrlPattern
    [[nodiscard]] bool asksForAnything() const;

    BrowserLimits m_limits;
    PageRules m_rules;
    QList<PageTarget> m_targets;
    std::optional<PageTarget> m_page;
    MonoTime m_urlSince;
    std::optional<PageReading> m_reading; ///< of m_page's present URL
    bool m_ready = false;
    bool m_ownAnswered = false;
    int m_bad = 0; ///< readings in a row that say not ready, while Ready
    int m_absent = 0; ///< probes in a row without a page
    std::optional<MonoTime> m_silentSince;
    QString m_openedId;
    std::optional<MonoTime> m_openedAt;
    std::optional<MonoTime> m_reloadedAt;
};

} // namespace dtf
