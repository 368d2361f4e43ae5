// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QUrl>

#include <memory>

namespace dtf {

/// The whole orchestrator in this process, on a share of its own with one node that is never heard; two operators. Thread: main.
class RealOrchestrator
{
public:
    static constexpr const char *annasToken = "annas-token-0123456789abcdef";
    static constexpr const char *bobsToken = "bobs-token-0123456789abcdefg";

    RealOrchestrator();
    ~RealOrchestrator();

    [[nodiscard]] QUrl url() const;
    [[nodiscard]] bool drop(const QByteArray &name) const; ///< a file into incoming

private:
    struct Parts; ///< its headers and the console's know two different things as Progress
    std::unique_ptr<Parts> m_parts;
};

} // namespace dtf
