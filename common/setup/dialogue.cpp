// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/dialogue.h"

#include "common/setup/terminal.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 longestAnswer = 8192; ///< bytes

} // namespace

Dialogue::Dialogue(QIODevice &in, QIODevice &out, Manner manner, QHash<QString, QStringList> options)
    : m_in(in)
    , m_out(out)
    , m_manner(manner)
    , m_options(std::move(options))
{ }

void Dialogue::say(const QString &text)
{
    m_out.write(text.toUtf8() + '\n');
}

Result<QString> Dialogue::judged(const Question &question, const QString &answer) const
{
    if (answer.isEmpty() && question.mayBeEmpty) {
        return answer;
    }
    if (answer.isEmpty()) {
        return fail(ErrorCode::InvalidArgument, u"An answer is needed."_s);
    }
    return question.judge ? question.judge(answer) : Result<QString>(answer);
}

Result<QString> Dialogue::readLine()
{
    const QByteArray line = m_in.readLine(longestAnswer);
    if (line.isEmpty()) {
        return fail(ErrorCode::Cancelled, u"the answers have ended; nothing was changed"_s);
    }
    return QString::fromUtf8(line).trimmed();
}

Result<QString> Dialogue::ask(const Question &question)
{
    const QString option = u"--"_s + question.option;
    if (isGiven(question.option)) {
        return judged(question, given(question.option).trimmed()).map_error([&](const Error &error) {
            return Error {ErrorCode::InvalidArgument, option + u": "_s + error.detail};
        });
    }
    if (m_manner == Manner::TakeDefaults) {
        return judged(question, question.fallback).map_error([&](const Error &error) {
            return Error {ErrorCode::InvalidArgument,
                question.fallback.isEmpty()
                    ? u"%1 is needed: it has no default"_s.arg(option)
                    : u"%1 is needed: its default, %2, will not do. %3"_s.arg(option, question.fallback, error.detail)};
        });
    }
    for (int i = 0; i < mostTries; ++i) {
        Result<QString> line = QString();
        {
            const SilentTyping silence(question.secret); // before somebody can type
            m_out.write((question.text + (question.fallback.isEmpty() ? u" "_s : u" [%1] "_s.arg(question.fallback))).toUtf8());
            line = readLine();
        }
        if (question.secret) {
            m_out.write("\n"); // the Enter was not shown, either
        }
        if (!line) {
            return line;
        }
        Result<QString> answer = judged(question, line->isEmpty() ? question.fallback : *line);
        if (answer) {
            return answer;
        }
        say(u"  "_s + answer.error().detail);
    }
    return fail(ErrorCode::Cancelled, u"too many wrong answers; nothing was changed"_s);
}

Result<QStringList> Dialogue::askList(const Question &question)
{
    const auto each = [&question](const QStringList &words) -> Result<QString> {
        QStringList kept;
        for (const QString &word : words) {
            const Result<QString> judged = question.judge ? question.judge(word) : Result<QString>(word);
            if (!judged) {
                return judged;
            }
            if (!kept.contains(*judged)) {
                kept.append(*judged);
            }
        }
        return kept.join(u' ');
    };
    const auto split = [](const QString &line) { return line.split(u' ', Qt::SkipEmptyParts); };
    if (isGiven(question.option)) {
        const auto kept = each(split(m_options.value(question.option).join(u' ')));
        if (!kept) {
            return fail(ErrorCode::InvalidArgument, u"--%1: %2"_s.arg(question.option, kept.error().detail));
        }
        return split(*kept);
    }
    Question line = question;
    line.judge = [&](const QString &answer) { return each(split(answer)); };
    return ask(line).map(split);
}

Result<bool> Dialogue::confirm(const QString &option, const QString &text, bool fallback)
{
    if (!option.isEmpty() && isGiven(option)) {
        return true;
    }
    if (m_manner == Manner::TakeDefaults) {
        return fallback;
    }
    Question question;
    question.text = text;
    question.fallback = fallback ? u"yes"_s : u"no"_s;
    question.judge = [](const QString &answer) -> Result<QString> {
        const QString word = answer.toLower();
        if (word == "y"_L1 || word == "yes"_L1 || word == "n"_L1 || word == "no"_L1) {
            return word.left(1);
        }
        return fail(ErrorCode::InvalidArgument, u"Please answer yes or no."_s);
    };
    question.option = u"\n"_s; // none has that name
    return ask(question).map([](const QString &word) { return word == "y"_L1; });
}

} // namespace dtf
