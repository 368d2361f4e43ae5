// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/check.h"
#include "tests/support/agentprocess.h"
#include "tests/support/janitor.h"

#include <QMap>
#include <QTemporaryDir>
#include <QTest>

namespace dtf {

/// What a program said, once it has ended.
struct Ended
{
    int code = -1; ///< -1: crashed or did not end in time
    QByteArray out;
    QByteArray err;
    /// Of --check --json; by name, the last one of a name.
    QMap<QString, CheckRow> rows;
    [[nodiscard]] QByteArray all() const { return out + err; }
};

/// A machine to be set up, in a temporary folder: share, configurations, secrets, all in good order until a story breaks one.
class SetupGround
{
public:
    SetupGround();
    ~SetupGround();

    [[nodiscard]] QString path(const QString &below) const { return m_dir.filePath(below); }
    [[nodiscard]] QString share() const { return path(QStringLiteral("share")); }
    [[nodiscard]] quint16 port() const { return m_port; } ///< the orchestrator's
    [[nodiscard]] quint16 browserPort() const { return m_browserPort; }
    [[nodiscard]] static QString orchestratorProgram();
    [[nodiscard]] static QString agentProgram();

    /// `dtf-orchestrator setup --yes …` with all that is needed; `more` comes behind and wins.
    [[nodiscard]] Ended setUpOrchestrator(const QStringList &more = {});
    /// `dtf-agent setup --yes …`; the orchestrator must run, unless `more` says --keep-going.
    [[nodiscard]] Ended setUpAgent(const QStringList &more = {});
    [[nodiscard]] QStringList orchestratorOptions() const;
    [[nodiscard]] QStringList agentOptions() const;
    [[nodiscard]] QString orchestratorConfig() const { return path(QStringLiteral("etc/orchestrator.toml")); }
    [[nodiscard]] QString agentConfig() const { return path(QStringLiteral("etc/agent.toml")); }
    [[nodiscard]] QString tokenOf(const QString &who) const { return path(QStringLiteral("etc/fresh-tokens/%1.token").arg(who)); }
    /// Puts the token that was made for DTF-01 where the agent has it.
    [[nodiscard]] bool bringToken();

    [[nodiscard]] Ended run(const QString &program, const QStringList &arguments, const QByteArray &input = {},
        const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment());
    [[nodiscard]] Ended check(const QString &program, const QStringList &more = {},
        const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment());
    [[nodiscard]] Ended checkOrchestrator() { return check(orchestratorProgram()); }
    [[nodiscard]] Ended checkAgent() { return check(agentProgram()); }

    [[nodiscard]] bool startOrchestrator(); ///< and waits until it listens
    [[nodiscard]] ChildProgram &orchestrator() { return *m_orchestrator; }
    [[nodiscard]] QString mark() const { return m_dir.path(); }
    /// Every account may look at all of it, the share too, and change nothing.
    [[nodiscard]] bool letOthersLook() const;

private:
    QTemporaryDir m_dir;
    Janitor m_janitor;
    quint16 m_port = freePort();
    quint16 m_browserPort = freePort();
    std::unique_ptr<ChildProgram> m_orchestrator;
};

/// For tests with mounts of their own (ownMounts()). A file system in memory on `folder`.
[[nodiscard]] bool inMemory(const QString &folder);
/// What is written below `folder` from here on goes into `layer`, for this process and its children only.
[[nodiscard]] bool overlay(const QString &folder, const QString &layer);

/// Replaces what stands in a file; false: it does not stand there.
[[nodiscard]] bool replaceIn(const QString &file, const QByteArray &what, const QByteArray &by);
[[nodiscard]] QByteArray contentOf(const QString &file);

} // namespace dtf

/// The row is there, in that state, and both its texts hold what they must; else all that was said is shown.
#define ROW_IS(ended, check, wanted, foundPart, advicePart)                                                                      \
    do {                                                                                                                         \
        const ::dtf::CheckRow row = (ended).rows.value(QStringLiteral(check));                                                   \
        QVERIFY2(row.what == QStringLiteral(check) && row.state == ::dtf::CheckState::wanted                                     \
                && row.found.contains(QStringLiteral(foundPart)) && row.advice.contains(QStringLiteral(advicePart)),             \
            (ended).all().constData());                                                                                          \
    } while (false)
