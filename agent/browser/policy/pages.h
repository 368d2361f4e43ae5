// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QUrl>

#include <optional>

namespace dtf {

/// One DevTools target as Target.targetCreated and targetInfoChanged push it.
struct PageTarget
{
    QString id;
    QString type; ///< "page"; "other", "iframe", "browser_ui", … are not looked at
    QString url;
    bool crashed = false; ///< Target.targetCrashed, and no answer since
    bool operator==(const PageTarget &) const = default;
};

/// Which page is which, from the configuration. A pattern that is no regular expression never gets here: the configuration
/// refuses it.
struct PageRules
{
    QRegularExpression login; ///< empty pattern: there is no login page
    QRegularExpression readyUrl; ///< empty pattern: not given
    QUrl startUrl; ///< may be empty
    bool hasReadyExpression = false;
};

/// Is this URL the portal's login page?
[[nodiscard]] bool isLoginUrl(const QString &url, const PageRules &rules);

/// The page a script would work on, or nothing: a login page before all, then the one readyUrlPattern names, then one of the
/// start URL's host; without a pattern and a start URL the first page there is.
[[nodiscard]] std::optional<PageTarget> choosePage(const QList<PageTarget> &targets, const PageRules &rules);

/// A URL fit for logs and consoles: query and fragment may carry a session and are left out; at most 200 characters.
[[nodiscard]] QString shownUrl(const QString &url);

} // namespace dtf
