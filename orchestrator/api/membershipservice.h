// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/tokens.h"
#include "common/protocol/messages.h"

#include <functional>
#include <optional>

namespace dtf {

/// What the API needs to let machines join the pool. Every callback comes exactly once, on the main thread, possibly before the
/// call returns, and a success only once it is durable. Thread: main.
class MembershipService
{
public:
    template <typename T> using Callback = std::function<void(Result<T>)>;

    MembershipService() = default;
    MembershipService(const MembershipService &) = delete;
    MembershipService &operator=(const MembershipService &) = delete;
    virtual ~MembershipService() = default;

    /// The joined node whose token this is; as AccessList::authenticate.
    [[nodiscard]] virtual std::optional<Principal> memberOf(QByteArrayView bearer) const = 0;
    /// `request.code` is empty: its digest comes beside it. `from`: for the audit.
    virtual void enrol(
        const EnrolRequest &request, const QByteArray &codeDigest, const QByteArray &from, Callback<EnrolReply> done) = 0;
    virtual void makeJoinCode(const JoinCodeRequest &request, const QByteArray &actor, Callback<OperatorReply> done) = 0;
    virtual void revokeJoinCode(
        qint64 number, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) = 0;
    [[nodiscard]] virtual JoinCodesView joinCodes() = 0;
    virtual void forgetNode(
        const NodeName &node, const OperatorRequest &request, const QByteArray &actor, Callback<OperatorReply> done) = 0;
};

} // namespace dtf
