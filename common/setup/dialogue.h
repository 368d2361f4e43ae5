// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"

#include <QHash>
#include <QIODevice>
#include <QString>
#include <QStringList>

#include <functional>

namespace dtf {

/// What set-up wants to know.
struct Question
{
    QString option; ///< "share": --share answers it
    QString text; ///< "Where is the share?", or for people who ask back a few lines more, the question last
    QString fallback = {}; ///< what an empty answer means
    bool mayBeEmpty = false;
    bool secret = false; ///< not shown while it is typed
    /// The answer as it is kept, or in Error::detail a plain sentence what is wrong with it. None: any text.
    std::function<Result<QString>(const QString &)> judge = {};
};

/// Asks people, unless an option or --yes has the answer. Blocks while somebody thinks: for programs that do nothing else.
class Dialogue
{
public:
    enum class Manner {
        Ask,
        TakeDefaults, ///< --yes: asks nothing; without option and fallback it fails
    };

    /// `in` and `out` outlive it. `options`: by name, their values in the order given.
    Dialogue(QIODevice &in, QIODevice &out, Manner manner, QHash<QString, QStringList> options);

    /// InvalidArgument: the option's value, or what --yes must have, is no good; Cancelled: the input has ended, or too many
    /// wrong answers.
    [[nodiscard]] Result<QString> ask(const Question &question);
    /// The option's values, or one answer with the values separated by blanks.
    [[nodiscard]] Result<QStringList> askList(const Question &question);
    /// `option`, when it was given, says yes. Empty: there is none.
    [[nodiscard]] Result<bool> confirm(const QString &option, const QString &text, bool fallback);

    [[nodiscard]] bool isGiven(const QString &option) const { return m_options.contains(option); }
    [[nodiscard]] QString given(const QString &option) const
    {
        return givenAll(option).value(givenAll(option).size() - 1);
    } ///< the last one
    [[nodiscard]] QStringList givenAll(const QString &option) const { return m_options.value(option); }
    [[nodiscard]] bool asks() const { return m_manner == Manner::Ask; }
    /// One line or more for the person.
    void say(const QString &text);

    static constexpr int mostTries = 10; ///< wrong answers to one question

private:
    [[nodiscard]] Result<QString> judged(const Question &question, const QString &answer) const;
    [[nodiscard]] Result<QString> readLine();

    QIODevice &m_in;
    QIODevice &m_out;
    Manner m_manner;
    QHash<QString, QStringList> m_options;
};

} // namespace dtf
