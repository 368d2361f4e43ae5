// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/cdp/cdpconnection.h"
#include "agent/browser/policy/portalwatch.h"

#include <QHash>
#include <QList>

#include <functional>

namespace dtf {

/// The targets of a connected browser, and what we ask of them. Every callback comes exactly once, with the deadline given.
/// Nothing is enabled in the pages (no Page or Runtime domain): an engaged Page domain would stall a headless page's dialogs.
/// Thread: main.
class BrowserTabs final : public QObject
{
    Q_OBJECT
public:
    explicit BrowserTabs(CdpConnection &cdp, QObject *parent = nullptr);

    void begin(); ///< connected: begin to discover
    void reset(); ///< connection gone
    [[nodiscard]] const QList<PageTarget> &targets() const { return m_targets; }
    [[nodiscard]] bool known() const { return m_known; } ///< the first list of targets is complete

    /// Reads the page. Value: it answered; with a reading unless the page refused (it is just navigating, or crashed). Timeout:
    /// silent.
    void read(const QString &targetId, const QString &readyExpression, milliseconds deadline,
        std::function<void(const Result<std::optional<PageReading>> &)> done);
    /// Evaluates 1 on a hidden target of our own, made when first needed; scripts don't see it among the pages and it ends with
    /// the connection. (A browser too old for hidden targets shows a blank tab instead.)
    void probeOwn(milliseconds deadline, std::function<void(bool answered)> done);
    void openPage(const QUrl &url, std::function<void(const QString &targetId)> done);
    void reload(const QString &targetId);
    /// Ends the page's renderer, then loads the page again in the same tab; in a new one where that fails.
    void crashAndReload(const QString &targetId);
    /// Asks the browser to write its cookies to the disk now. There is no command for that, but deleting cookies ends with it: so
    /// the cookies of a site that can't exist are deleted. Error: the browser's words, Timeout, BrowserGone, NotFound.
    void keepCookies(const QString &targetId, milliseconds deadline, std::function<void(const Result<void> &)> done);
    /// PNG of at most maxBytes, smaller in scale when the full one is larger. ErrorCode::TooLarge, Timeout, BrowserGone,
    /// NotFound.
    void capture(
        const QString &targetId, qsizetype maxBytes, milliseconds deadline, std::function<void(Result<QByteArray>)> done);

Q_SIGNALS:
    void changed();
    void notDiscovered(); ///< begin() got no answer within 5 s

private:
    void onEvent(const QString &method, const QJsonObject &params);
    void withSession(const QString &targetId, milliseconds deadline, std::function<void(const Result<QString> &sessionId)> done);
    void dropSession(const QString &targetId);
    void captureScaled(const QString &sessionId, double scale, qsizetype maxBytes, milliseconds deadline,
        const std::function<void(Result<QByteArray>)> &done);
    void ownEvaluate(milliseconds deadline, std::function<void(bool)> done);

    CdpConnection &m_cdp;
    QList<PageTarget> m_targets; ///< at most 500
    QHash<QString, QString> m_sessions; ///< target → our session on it
    QString m_ownId;
    bool m_known = false;
};

} // namespace dtf
