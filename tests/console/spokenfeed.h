// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "common/protocol/version.h"
#include "console/net/feed.h"

#include <QTimer>

namespace dtf {

/// A feed without a connection: greets when it is started, as the orchestrator greets `whom`; what else it tells, the test emits.
class SpokenFeed final : public Feed
{
public:
    explicit SpokenFeed(Principal whom)
        : m_whom(std::move(whom))
    { }

    void start() override
    {
        QTimer::singleShot(0, this, [this] {
            FeedHello greeting;
            greeting.protocol = protocolVersion;
            greeting.user = m_whom.name;
            greeting.role = QString(toString(m_whom.role));
            Q_EMIT hello(greeting);
        });
    }
    void subscribe(const FeedSubscribe &wish) override { m_wish = wish; }
    [[nodiscard]] const FeedSubscribe &wish() const override { return m_wish; }

private:
    const Principal m_whom;
    FeedSubscribe m_wish;
};

} // namespace dtf
