// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "common/setup/account.h"
#include "common/setup/dialogue.h"

#include <QCommandLineParser>
#include <QFile>
#include <QMap>
#include <QSet>

#include <memory>
#include <optional>

namespace dtf {

/// The exit codes of set-up and of --check.
enum class SetupEnd {
    Done = 0,
    Failed = 1, ///< something is not as it must be
    Wrong = 2, ///< an option or a file can't be used
};

/// What `dtf-orchestrator setup` and `dtf-agent setup` have in common: options, the talk with the person, the old file's values,
/// and how the new file gets into its place. Thread: one; blocks while a person thinks.
class SetupFrame
{
public:
    /// `part`: "orchestrator" or "agent". `options`: its own ones, beside those all have.
    SetupFrame(QLatin1StringView part, const QString &description, const QList<QCommandLineOption> &options);

    /// `arguments`: those behind the word setup. A code: it is over (help, wrong usage, no terminal).
    [[nodiscard]] std::optional<SetupEnd> begin(const QStringList &arguments);

    [[nodiscard]] Dialogue &dialogue() { return *m_dialogue; }
    [[nodiscard]] bool isDryRun() const { return m_parser.isSet(QStringLiteral("dry-run")); }
    [[nodiscard]] const QString &configFile() const { return m_configFile; }
    /// Where this part keeps its state unless somebody wants it elsewhere: the system's folder, or, for a user's own
    /// configuration, that user's.
    [[nodiscard]] QString stateFolder() const;
    /// Whose rights count and who owns the files; none: this process's own. Asked for on the first call.
    [[nodiscard]] Result<std::optional<Account>> account();

    /// What the file will set, as TOML by "section.key"; begins with the old file's values, and where nothing else keeps the log
    /// with a file for it.
    using Values = QMap<QString, QString>;
    void takeOld(const Result<Values> &old);
    [[nodiscard]] Values &values() { return m_values; }
    [[nodiscard]] QString oldText(const QString &key, const QString &otherwise = {}) const; ///< a text or number of the old file
    void setText(const QString &key, const QString &text); ///< empty: not set
    void setNumber(const QString &key, const QString &number) { m_values.insert(key, number); }
    void setTexts(const QString &key, const QStringList &texts);

    /// The file's text. Rendered, read and rendered again, so that the same answers make the same file, whatever wrote it first.
    [[nodiscard]] QByteArray render(QByteArray (*asText)(const Values &), Result<Values> (*read)(const QString &path)) const;

    /// Shows the rows. True: nothing failed, or the person (--keep-going) goes on all the same.
    [[nodiscard]] Result<bool> accept(const QList<CheckRow> &rows);
    void show(const QList<CheckRow> &rows);

    /// Puts the file in its place after a last question; the old one is kept. False: the person said no. Unchanged is fine.
    [[nodiscard]] Result<bool> write(const QByteArray &content);
    /// Says what went wrong. Cancelled and failures are Failed, InvalidArgument is Wrong.
    SetupEnd end(const Error &error);
    /// Something beside the file is new that a running service does not know.
    void noteChange() { m_changed = true; }
    /// The service is enabled unless --no-start; the last row.
    [[nodiscard]] CheckRow start();

private:
    [[nodiscard]] QHash<QString, QStringList> givenOptions() const;
    /// The configuration is below the desktop user's folder, and it is that user who sets up.
    [[nodiscard]] bool isUsers() const;
    /// A word of TOML as a person would write it.
    [[nodiscard]] static QString plain(const QString &toml);

    QLatin1StringView m_part;
    QCommandLineParser m_parser;
    QHash<QString, QString> m_names; ///< of options with several: the first
    QSet<QString> m_withValue; ///< the others are flags, and Qt 6.8 warns of whoever asks for a flag's value
    QString m_configFile;
    QFile m_in;
    QFile m_out;
    std::unique_ptr<Dialogue> m_dialogue;
    std::optional<std::optional<Account>> m_account;
    Values m_values;
    bool m_hadOld = false;
    bool m_changed = false; ///< the file, or noteChange()
};

} // namespace dtf
