// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/pages.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

bool matches(const QRegularExpression &pattern, const QString &text)
{
    return !pattern.pattern().isEmpty() && pattern.match(text).hasMatch();
}

std::optional<PageTarget> firstPage(const QList<PageTarget> &targets, auto &&wanted)
{
    for (const PageTarget &target : targets) {
        if (target.type == "page"_L1 && wanted(target)) {
            return target;
        }
    }
    return std::nullopt;
}

} // namespace

bool isLoginUrl(const QString &url, const PageRules &rules)
{
    return matches(rules.login, url);
}

std::optional<PageTarget> choosePage(const QList<PageTarget> &targets, const PageRules &rules)
{
    if (auto login = firstPage(targets, [&](const PageTarget &t) { return isLoginUrl(t.url, rules); })) {
        return login;
    }
    if (!rules.readyUrl.pattern().isEmpty()) {
        if (auto ready = firstPage(targets, [&](const PageTarget &t) { return matches(rules.readyUrl, t.url); })) {
            return ready;
        }
    }
    if (!rules.startUrl.isEmpty()) {
        const QString host = rules.startUrl.host();
        return firstPage(targets, [&](const PageTarget &t) {
            return host.isEmpty() ? t.url == rules.startUrl.toString() : QUrl(t.url).host() == host;
        });
    }
    if (!rules.readyUrl.pattern().isEmpty()) {
        return std::nullopt;
    }
    return firstPage(targets, [](const PageTarget &) { return true; });
}

QString shownUrl(const QString &url)
{
    const QUrl parsed(url);
    const QString shown =
        parsed.isValid() ? parsed.toString(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo) : QString();
    return shown.size() <= 200 ? shown : shown.left(199) + u'…';
}

} // namespace dtf
