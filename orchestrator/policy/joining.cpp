// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/policy/joining.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype longestName = 32;
constexpr int lastNumber = 9'999;

} // namespace

QLatin1StringView toString(CodeState state)
{
    switch (state) {
    case CodeState::Good:
        return "good"_L1;
    case CodeState::Expired:
        return "expired"_L1;
    case CodeState::UsedUp:
        return "used-up"_L1;
    case CodeState::Revoked:
        return "revoked"_L1;
    }
    return "expired"_L1;
}

CodeState judgeCode(const JoinCodeRecord &code, WallTime now)
{
    return !code.revokedBy.isEmpty() ? CodeState::Revoked
        : code.used >= code.uses     ? CodeState::UsedUp
        : !(now < code.until)        ? CodeState::Expired
                                     : CodeState::Good;
}

QString refusalOf(CodeState state, const JoinCodeRecord &code)
{
    const QString next = u"; an operator makes a new one with: dtf-ctl join-code"_s;
    switch (state) {
    case CodeState::Good:
        return {};
    case CodeState::Expired:
        return u"this join code has expired"_s + next;
    case CodeState::UsedUp:
        return u"this join code was good for %1 machines and all have joined"_s.arg(code.uses) + next;
    case CodeState::Revoked:
        return u"this join code was revoked by %1"_s.arg(QString::fromUtf8(code.revokedBy)) + next;
    }
    return next;
}

NodeName freeName(const NodeName &wanted, const std::function<bool(const NodeName &)> &isTaken)
{
    const QByteArray base = wanted.isEmpty() ? QByteArray("NODE") : wanted.bytes();
    for (int number = 1; number <= lastNumber; ++number) {
        const QByteArray suffix = number == 1 ? QByteArray() : '-' + QByteArray::number(number);
        QByteArray text = base.left(longestName - suffix.size());
        while (text.endsWith('-')) {
            text.chop(1);
        }
        const Result<NodeName> name = NodeName::parse(text + suffix);
        if (name && !isTaken(*name)) {
            return *name;
        }
    }
    return {};
}

} // namespace dtf
