// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/cdp/browsertabs.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxTargets = 500;
constexpr auto ownUrl = "about:blank#dtf-probe"_L1;

PageTarget fromInfo(const QJsonObject &info)
{
    return {info.value("targetId"_L1).toString(), info.value("type"_L1).toString(), info.value("url"_L1).toString().left(4096),
        false};
}

/// One question for all: is it loaded, where is it, and is the configured expression true? The expression is evaluated as it
/// stands, in a try.
QString question(const QString &readyExpression)
{
    const QString ready = readyExpression.isEmpty()
        ? u"null"_s
        : u"!!(0,eval)(%1)"_s.arg(
            QString::fromUtf8(QJsonDocument(QJsonArray {readyExpression}).toJson(QJsonDocument::Compact)) + u"[0]"_s);
    return u"(()=>{let r=null;try{r=%1}catch(e){}return {h:String(location.href).slice(0,4096),l:document.readyState!=='loading',r:r}})()"_s
        .arg(ready);
}

PageReading toReading(const QJsonObject &value)
{
    PageReading reading {value.value("h"_L1).toString(), value.value("l"_L1).toBool(), std::nullopt};
    if (value.value("r"_L1).isBool()) {
        reading.ready = value.value("r"_L1).toBool();
    }
    return reading;
}

} // namespace

BrowserTabs::BrowserTabs(CdpConnection &cdp, QObject *parent)
    : QObject(parent)
    , m_cdp(cdp)
{
    connect(&m_cdp, &CdpConnection::event, this, &BrowserTabs::onEvent);
}

void BrowserTabs::reset()
{
    m_targets.clear();
    m_sessions.clear();
    m_ownId.clear();
    m_known = false;
}

void BrowserTabs::begin()
{
    reset();
    // The answer comes after a targetCreated for each target there is.
    m_cdp.call(u"Target.setDiscoverTargets"_s, {{u"discover"_s, true}}, {}, milliseconds {5'000},
        [this](const Result<QJsonObject> &result) {
            m_known = result.has_value();
            if (m_known) {
                Q_EMIT changed();
            } else if (result.error().code != ErrorCode::BrowserGone) {
                Q_EMIT notDiscovered();
            }
        });
}

void BrowserTabs::onEvent(const QString &method, const QJsonObject &params)
{
    const PageTarget info = fromInfo(params.value("targetInfo"_L1).toObject());
    const QString id = info.id.isEmpty() ? params.value("targetId"_L1).toString() : info.id;
    const auto it = std::find_if(m_targets.begin(), m_targets.end(), [&](const PageTarget &t) { return t.id == id; });
    if (method == "Target.targetCreated"_L1) {
        const bool leftOver = info.type == "page"_L1 && info.url == ownUrl && info.id != m_ownId;
        if (it == m_targets.end() && m_targets.size() < maxTargets && info.url != ownUrl) {
            m_targets.append(info);
        } else if (leftOver && !m_known) { // of an earlier life, in a browser without hidden targets
            m_cdp.call(u"Target.closeTarget"_s, {{u"targetId"_s, info.id}}, {}, milliseconds {5'000},
                [](const Result<QJsonObject> &) {});
        }
    } else if (method == "Target.targetInfoChanged"_L1 && it != m_targets.end()) {
        it->type = info.type;
        it->url = info.url;
    } else if (method == "Target.targetDestroyed"_L1 && it != m_targets.end()) {
        m_sessions.remove(id);
        m_targets.erase(it);
    } else if (method == "Target.targetCrashed"_L1 && it != m_targets.end()) {
        it->crashed = true;
    } else if (method == "Target.detachedFromTarget"_L1) {
        const QString session = params.value("sessionId"_L1).toString();
        m_sessions.removeIf([&](const auto &entry) { return entry.value() == session; });
        return;
    } else {
        return;
    }
    if (m_known) {
        Q_EMIT changed();
    }
}

void BrowserTabs::withSession(const QString &targetId, milliseconds deadline, std::function<void(const Result<QString> &)> done)
{
    if (const auto it = m_sessions.constFind(targetId); it != m_sessions.cend()) {
        done(*it);
        return;
    }
    m_cdp.call(u"Target.attachToTarget"_s, {{u"targetId"_s, targetId}, {u"flatten"_s, true}}, {}, deadline,
        [this, targetId, done = std::move(done)](const Result<QJsonObject> &result) {
            if (!result) {
                done(tl::unexpected<Error>(result.error()));
                return;
            }
            const QString session = result->value("sessionId"_L1).toString();
            m_sessions.insert(targetId, session);
            done(session);
        });
}

void BrowserTabs::dropSession(const QString &targetId)
{
    const QString session = m_sessions.take(targetId);
    if (!session.isEmpty()) {
        m_cdp.call(u"Target.detachFromTarget"_s, {{u"sessionId"_s, session}}, {}, milliseconds {5'000},
            [](const Result<QJsonObject> &) {});
    }
}

void BrowserTabs::read(const QString &targetId, const QString &readyExpression, milliseconds deadline,
    std::function<void(const Result<std::optional<PageReading>> &)> done)
{
    withSession(
        targetId, deadline, [this, targetId, readyExpression, deadline, done = std::move(done)](const Result<QString> &session) {
            if (!session) {
                if (session.error().code == ErrorCode::InvalidArgument) {
                    done(std::optional<PageReading> {}); // the target went away meanwhile
                } else {
                    done(tl::unexpected<Error>(session.error()));
                }
                return;
            }
            // timeout ends an expression that would run for ever in the page
            const QJsonObject params {
                {u"expression"_s, question(readyExpression)}, {u"returnByValue"_s, true}, {u"timeout"_s, 2'000}};
            m_cdp.call(
                u"Runtime.evaluate"_s, params, *session, deadline, [this, targetId, done](const Result<QJsonObject> &result) {
                    if (!result && result.error().code != ErrorCode::InvalidArgument) {
                        done(tl::unexpected<Error>(result.error()));
                        return;
                    }
                    const QJsonObject value =
                        result ? result->value("result"_L1).toObject().value("value"_L1).toObject() : QJsonObject();
                    if (value.isEmpty()) {
                        done(std::optional<PageReading> {});
                        return;
                    }
                    for (PageTarget &target : m_targets) {
                        target.crashed = target.crashed && target.id != targetId;
                    }
                    done(std::optional<PageReading> {toReading(value)});
                });
        });
}

void BrowserTabs::probeOwn(milliseconds deadline, std::function<void(bool)> done)
{
    if (!m_ownId.isEmpty()) {
        ownEvaluate(deadline, std::move(done));
        return;
    }
    const QJsonObject params {{u"url"_s, QString(ownUrl)}, {u"background"_s, true}, {u"hidden"_s, true}};
    m_cdp.call(u"Target.createTarget"_s, params, {}, deadline,
        [this, deadline, done = std::move(done)](const Result<QJsonObject> &result) {
            if (!result) {
                done(false);
                return;
            }
            m_ownId = result->value("targetId"_L1).toString();
            ownEvaluate(deadline, done);
        });
}

void BrowserTabs::ownEvaluate(milliseconds deadline, std::function<void(bool)> done)
{
    withSession(m_ownId, deadline, [this, deadline, done = std::move(done)](const Result<QString> &session) {
        if (!session) {
            m_ownId.clear(); // it is made anew for the next question
            done(false);
            return;
        }
        m_cdp.call(u"Runtime.evaluate"_s, {{u"expression"_s, u"1"_s}}, *session, deadline,
            [this, done](const Result<QJsonObject> &result) {
                if (!result) {
                    m_sessions.remove(m_ownId);
                    m_ownId.clear();
                }
                done(result.has_value());
            });
    });
}

void BrowserTabs::openPage(const QUrl &url, std::function<void(const QString &)> done)
{
    m_cdp.call(u"Target.createTarget"_s, {{u"url"_s, url.toString(QUrl::FullyEncoded)}}, {}, milliseconds {10'000},
        [done = std::move(done)](
            const Result<QJsonObject> &result) { done(result ? result->value("targetId"_L1).toString() : QString()); });
}

void BrowserTabs::reload(const QString &targetId)
{
    withSession(targetId, milliseconds {5'000}, [this](const Result<QString> &session) {
        if (session) {
            m_cdp.call(u"Page.reload"_s, {}, *session, milliseconds {5'000}, [](const Result<QJsonObject> &) {});
        }
    });
}

void BrowserTabs::crashAndReload(const QString &targetId)
{
    withSession(targetId, milliseconds {5'000}, [this, targetId](const Result<QString> &session) {
        if (!session) {
            return;
        }
        // Never answered when it works: targetCrashed tells. It works on a session that was there before the page was wedged, not
        // on a later one.
        m_cdp.call(u"Page.crash"_s, {}, *session, milliseconds {2'000}, [this, targetId](const Result<QJsonObject> &result) {
            const auto it =
                std::find_if(m_targets.cbegin(), m_targets.cend(), [&](const PageTarget &t) { return t.id == targetId; });
            if (it == m_targets.cend() || (!result && result.error().code == ErrorCode::BrowserGone)) {
                return;
            }
            if (it->crashed) {
                dropSession(targetId); // its unanswered questions would be put to the new renderer again
                reload(targetId);
                return;
            }
            const QUrl url(it->url);
            m_cdp.call(u"Target.closeTarget"_s, {{u"targetId"_s, targetId}}, {}, milliseconds {5'000},
                [](const Result<QJsonObject> &) {});
            openPage(url, [](const QString &) {});
        });
    });
}

void BrowserTabs::keepCookies(const QString &targetId, milliseconds deadline, std::function<void(const Result<void> &)> done)
{
    withSession(targetId, deadline, [this, deadline, done = std::move(done)](const Result<QString> &session) {
        if (!session) {
            done(tl::unexpected<Error>(session.error()));
            return;
        }
        // .invalid is reserved (RFC 2606): no page can have set a cookie there. The browser answers when the store is flushed.
        const QJsonObject params {{u"origin"_s, u"https://flush.invalid"_s}, {u"storageTypes"_s, u"cookies"_s}};
        m_cdp.call(u"Storage.clearDataForOrigin"_s, params, *session, deadline,
            [done](const Result<QJsonObject> &result) { done(result.map([](const QJsonObject &) {})); });
    });
}

void BrowserTabs::capture(
    const QString &targetId, qsizetype maxBytes, milliseconds deadline, std::function<void(Result<QByteArray>)> done)
{
    withSession(targetId, deadline, [=, this, done = std::move(done)](const Result<QString> &session) {
        if (!session) {
            done(tl::unexpected<Error>(session.error()));
            return;
        }
        captureScaled(*session, 1.0, maxBytes, deadline, done);
    });
}

void BrowserTabs::captureScaled(const QString &sessionId, double scale, qsizetype maxBytes, milliseconds deadline,
    const std::function<void(Result<QByteArray>)> &done)
{
    const auto shoot = [=, this](const QJsonObject &params) {
        m_cdp.call(u"Page.captureScreenshot"_s, params, sessionId, deadline, [=, this](const Result<QJsonObject> &result) {
            if (!result) {
                done(tl::unexpected<Error>(result.error()));
                return;
            }
            const QByteArray png = QByteArray::fromBase64(result->value("data"_L1).toString().toLatin1());
            if (png.size() <= maxBytes) {
                done(png);
            } else if (scale > 0.3) {
                captureScaled(sessionId, scale / 2, maxBytes, deadline, done);
            } else {
                done(fail(ErrorCode::TooLarge, u"the picture has %1 bytes"_s.arg(png.size())));
            }
        });
    };
    if (scale == 1.0) {
        shoot({{u"format"_s, u"png"_s}});
        return;
    }
    m_cdp.call(u"Page.getLayoutMetrics"_s, {}, sessionId, deadline, [=](const Result<QJsonObject> &result) {
        if (!result) {
            done(tl::unexpected<Error>(result.error()));
            return;
        }
        const QJsonObject view = result->value("cssVisualViewport"_L1).toObject();
        const QJsonObject clip {{u"x"_s, view.value("pageX"_L1)}, {u"y"_s, view.value("pageY"_L1)},
            {u"width"_s, view.value("clientWidth"_L1)}, {u"height"_s, view.value("clientHeight"_L1)}, {u"scale"_s, scale}};
        shoot({{u"format"_s, u"png"_s}, {u"clip"_s, clip}});
    });
}

} // namespace dtf
