// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/commandline.h"

#include "common/core/escape.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString expanded(const QString &text, const Placeholders &values)
{
    QString out;
    for (qsizetype i = 0; i < text.size();) {
        const auto hit = std::find_if(values.begin(), values.end(),
            [&](const auto &value) { return QStringView(text).sliced(i).startsWith(u'{' + value.first + u'}'); });
        if (hit == values.end()) {
            out += text[i++];
        } else {
            out += hit->second;
            i += hit->first.size() + 2;
        }
    }
    return out;
}

bool isBatch(const QString &program)
{
    QString name = program.toLower();
    while (name.endsWith(u'.') || name.endsWith(u' ')) {
        name.chop(1); // Windows drops them when it opens the file
    }
    return name.endsWith(".bat"_L1) || name.endsWith(".cmd"_L1);
}

bool isSafeForCmd(const QString &argument)
{
    return std::none_of(argument.begin(), argument.end(), [](QChar c) { return c < u' ' || u"\"%!^&|<>()`"_s.contains(c); });
}

} // namespace

Result<CommandLine> expandCommand(const QStringList &command, const Placeholders &values, bool windows)
{
    if (command.isEmpty() || command.first().isEmpty()) {
        return fail(ErrorCode::InvalidArgument, u"the pipeline's command is empty"_s);
    }
    CommandLine line;
    line.program = expanded(command.first(), values);
    for (const QString &argument : command.mid(1)) {
        line.arguments.append(expanded(argument, values));
    }
    if (windows && isBatch(line.program)) {
        for (const QString &argument : std::as_const(line.arguments)) {
            if (!isSafeForCmd(argument)) {
                return fail(
                    ErrorCode::InvalidArgument, u"\"%1\" can't be handed to a batch file safely"_s.arg(escapedForLog(argument)));
            }
        }
    }
    return line;
}

} // namespace dtf
