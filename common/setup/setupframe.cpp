// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/setupframe.h"

#include "common/config/configplace.h"
#include "common/config/tomlreader.h"
#include "common/setup/autostart.h"
#include "common/setup/keptfile.h"
#include "common/setup/terminal.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryFile>

#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr unsigned configMode = 0640; // the pipeline's environment may hold secrets

QList<QCommandLineOption> commonOptions(QLatin1StringView part)
{
    return {{u"config"_s, u"The file to write; without it %1."_s.arg(defaultConfigFile(part)), u"FILE"_s},
        {u"user"_s, u"The account the service runs as: it gets the files, and its rights are tried."_s, u"ACCOUNT"_s},
        {u"yes"_s, u"Ask nothing: options and defaults are the answers."_s},
        {u"replace"_s, u"Replace a configuration that is there; it is kept beside the new one as .bak."_s},
        {u"keep-going"_s, u"Write it although something fails, e.g. in an image whose share is not mounted yet."_s},
        {u"dry-run"_s, u"Try everything, print the configuration, change nothing."_s},
        {u"no-start"_s, u"Do not start the service, now or at boot."_s}};
}

} // namespace

SetupFrame::SetupFrame(QLatin1StringView part, const QString &description, const QList<QCommandLineOption> &options)
    : m_part(part)
{
    for (const QCommandLineOption &option : options + commonOptions(part)) {
        for (const QString &name : option.names()) {
            m_names.insert(name, option.names().constFirst());
            if (!option.valueName().isEmpty()) {
                m_withValue.insert(name);
            }
        }
    }
    m_parser.setApplicationDescription(description
        + u"\nEach question has an option; without one it is asked. Exit codes: 0 done, 1 something fails, 2 wrong usage."_s);
    m_parser.addOptions(options);
    m_parser.addOptions(commonOptions(part));
    m_parser.addHelpOption();
}

std::optional<SetupEnd> SetupFrame::begin(const QStringList &arguments)
{
    const bool parsed = m_parser.parse(QStringList {u"dtf-%1 setup"_s.arg(m_part)} + arguments);
    const QStringList stray = m_parser.positionalArguments();
    if (!parsed || !stray.isEmpty()) {
        std::fprintf(stderr, "dtf-%s setup: %s\n", m_part.data(),
            qUtf8Printable(parsed ? u"unexpected: %1"_s.arg(stray.join(u' ')) : m_parser.errorText()));
        return SetupEnd::Wrong;
    }
    if (m_parser.isSet(u"help"_s)) {
        std::fputs(qUtf8Printable(m_parser.helpText()), stdout);
        return SetupEnd::Done;
    }
    const bool assume = m_parser.isSet(u"yes"_s);
    if (!assume && !inputIsTerminal()) {
        std::fprintf(stderr,
            "dtf-%s setup: standard input is no terminal, so nobody can be asked: give the answers as options and --yes "
            "(--help lists them)\n",
            m_part.data());
        return SetupEnd::Wrong;
    }
    const QString named = m_parser.value(u"config"_s);
    m_configFile = QDir::cleanPath(QFileInfo(named.isEmpty() ? defaultConfigFile(m_part) : named).absoluteFilePath());
    // By descriptor: what is asked must be seen before it is answered.
    const bool open =
        m_in.open(0, QIODevice::ReadOnly) && m_out.open(isDryRun() ? 2 : 1, QIODevice::WriteOnly | QIODevice::Unbuffered);
    m_dialogue =
        std::make_unique<Dialogue>(m_in, m_out, assume ? Dialogue::Manner::TakeDefaults : Dialogue::Manner::Ask, givenOptions());
    return open ? std::nullopt : std::optional(SetupEnd::Failed);
}

QHash<QString, QStringList> SetupFrame::givenOptions() const
{
    QHash<QString, QStringList> given;
    for (const QString &name : m_parser.optionNames()) {
        given.insert(m_names.value(name, name), m_withValue.contains(name) ? m_parser.values(name) : QStringList());
    }
    return given;
}

Result<std::optional<Account>> SetupFrame::account()
{
    if (m_account) {
        return *m_account;
    }
    std::optional<Account> account;
    if (canActForOthers() || m_dialogue->isGiven(u"user"_s)) {
        const QString service = u"dtf-"_s + m_part;
        Question question {u"user"_s, u"Which account runs it?"_s, findAccount(service) ? service : ownAccountName()};
        question.judge = [&account](const QString &name) {
            return findAccount(name).map([&](const Account &found) {
                account = found;
                return name;
            });
        };
        if (const auto name = m_dialogue->ask(question); !name) {
            return tl::unexpected(name.error());
        }
    }
    m_account = account;
    return account;
}

void SetupFrame::takeOld(const Result<Values> &old)
{
    m_hadOld = QFileInfo::exists(m_configFile);
    if (old) {
        m_values = *old;
        m_dialogue->say(u"%1 is there: its values are the defaults."_s.arg(m_configFile));
    } else if (m_hadOld) {
        m_dialogue->say(
            u"%1 is there, but can't be used, so its values are left out:\n%2"_s.arg(m_configFile, old.error().detail));
    }
    const QString key = u"log.json"_s;
    if (const QString file = defaultLogFile(m_part); !file.isEmpty() && !m_values.contains(key)) {
        setText(key, file);
    }
}

QString SetupFrame::plain(const QString &toml)
{
    const auto table = parseToml((u"x = "_s + toml).toUtf8(), {});
    const ConfigValue *value = table ? table->find(u"x"_s) : nullptr;
    return value && value->kind == ConfigValue::Kind::Text ? value->text : toml;
}

QString SetupFrame::oldText(const QString &key, const QString &otherwise) const
{
    return m_values.contains(key) ? plain(m_values.value(key)) : otherwise;
}

void SetupFrame::setText(const QString &key, const QString &text)
{
    if (text.isEmpty()) {
        m_values.remove(key);
    } else {
        m_values.insert(key, tomlText(text));
    }
}

void SetupFrame::setTexts(const QString &key, const QStringList &texts)
{
    QStringList quoted;
    for (const QString &text : texts) {
        quoted.append(tomlText(text));
    }
    m_values.insert(key, u'[' + quoted.join(u", "_s) + u']');
}

QByteArray SetupFrame::render(QByteArray (*asText)(const Values &), Result<Values> (*read)(const QString &path)) const
{
    const QByteArray text = asText(m_values);
    QTemporaryFile file; // every path in it is absolute
    if (!file.open() || file.write(text) != text.size() || !file.flush()) {
        return text;
    }
    return asText(read(file.fileName()).value_or(m_values));
}

void SetupFrame::show(const QList<CheckRow> &rows)
{
    m_dialogue->say(QString::fromUtf8(checksAsText(rows)).trimmed());
}

Result<bool> SetupFrame::accept(const QList<CheckRow> &rows)
{
    show(rows);
    if (allWell(rows)) {
        return true;
    }
    return m_dialogue->confirm(u"keep-going"_s, u"Something fails. Go on all the same?"_s, false);
}

Result<bool> SetupFrame::write(const QByteArray &content)
{
    if (isDryRun()) {
        std::fputs(content.constData(), stdout);
        return true;
    }
    QFile present(m_configFile);
    if (present.open(QIODevice::ReadOnly) && present.readAll() == content) {
        m_dialogue->say(u"%1 says all that already."_s.arg(m_configFile));
        return true;
    }
    const Result<bool> wanted = m_hadOld
        ? m_dialogue->confirm(u"replace"_s, u"Replace %1? The old one is kept as .bak."_s.arg(m_configFile), false)
        : m_dialogue->confirm({}, u"Write %1?"_s.arg(m_configFile), true);
    if (!wanted) {
        return wanted;
    }
    if (!*wanted) {
        m_dialogue->say(u"Nothing was written%1."_s.arg(
            m_hadOld ? u": %1 exists, and --replace was not given"_s.arg(m_configFile) : QString()));
        return false;
    }
    return account()
        .and_then([&](const std::optional<Account> &reader) { return replaceKept(m_configFile, content, reader, configMode); })
        .map([this](const QString &kept) {
            m_changed = true;
            m_dialogue->say(kept.isEmpty() ? u"%1 is written."_s.arg(m_configFile)
                                           : u"%1 is written; the old one is kept as %2."_s.arg(m_configFile, kept));
            return true;
        });
}

SetupEnd SetupFrame::end(const Error &error)
{
    std::fprintf(stderr, "dtf-%s setup: %s\n", m_part.data(), qUtf8Printable(error.detail));
    return error.code == ErrorCode::InvalidArgument ? SetupEnd::Wrong : SetupEnd::Failed;
}

bool SetupFrame::isUsers() const
{
    return !canActForOthers() && m_configFile.startsWith(QFileInfo(userConfigFile(m_part)).path() + u'/');
}

QString SetupFrame::stateFolder() const
{
    return isUsers() ? userStateFolder(m_part) : defaultStateFolder(m_part);
}

CheckRow SetupFrame::start()
{
    const bool isSystems = m_configFile == defaultConfigFile(m_part);
    const bool isSessions = m_part == "agent"_L1 && isUsers() && m_configFile == userConfigFile(m_part);
    if (!isSystems && !isSessions) {
        return isGood(
            u"auto-start"_s, u"only for %1; run: dtf-%2 --config %3"_s.arg(defaultConfigFile(m_part), m_part, m_configFile));
    }
    const ServiceOf owner = isSessions ? ServiceOf::User : ServiceOf::System;
    const QString later = u"later: "_s + autoStartCommand(m_part, owner);
    if (m_dialogue->isGiven(u"no-start"_s)) {
        return isGood(u"auto-start"_s, u"not wanted; "_s + later);
    }
    const Result<bool> wanted =
        m_dialogue->confirm({}, isSessions ? u"Start it now and at each log-in?"_s : u"Start it now and at each boot?"_s, true);
    return wanted && *wanted ? enableAutoStart(m_part, owner, m_changed) : isGood(u"auto-start"_s, later);
}

} // namespace dtf
