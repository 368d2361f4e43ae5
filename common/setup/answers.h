// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/config/configtypes.h"

#include <functional>

namespace dtf {

/// For Question::judge: what a key of that type takes, in the words of its error messages. The answer comes back as it stands in
/// the file, without quotes.
template <typename Type, typename Value> std::function<Result<QString>(const QString &)> asKey(Type type)
{
    return [type](const QString &answer) -> Result<QString> {
        ConfigValue value;
        value.kind = ConfigValue::Kind::Text;
        value.text = answer;
        Value read {};
        const QString problem = type.read(value, read, QDir::root());
        if (!problem.isEmpty()) {
            return fail(ErrorCode::InvalidArgument, QStringLiteral("It ") + problem + u'.');
        }
        return answer;
    };
}

/// The same for whole numbers from `min` to `max`.
[[nodiscard]] std::function<Result<QString>(const QString &)> asNumber(qint64 min, qint64 max);
/// An absolute path; kept clean, with '/'. UNC paths are absolute.
[[nodiscard]] Result<QString> asFolder(const QString &answer);
[[nodiscard]] Result<QString> asIpAddress(const QString &answer);
/// A command line with quotes as a shell has them, at least the program.
[[nodiscard]] Result<QString> asCommandLine(const QString &answer);

} // namespace dtf
