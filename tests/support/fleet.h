// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/agentprocess.h"
#include "tests/support/apiclient.h"
#include "tests/support/janitor.h"
#include "tests/support/portal.h"
#include "tests/support/sharelook.h"
#include "tests/support/waiting.h"

#include <QSet>
#include <QTemporaryDir>

#include <memory>
#include <vector>

namespace dtf {

/// A whole installation in a temporary folder: share, portal, orchestrator, worker machines with real browsers. Everything is
/// ended with the object, and by a janitor process when the test itself is killed. When the test has failed, the logs are
/// printed.
class Fleet
{
public:
    explicit Fleet(FleetPlan plan);
    ~Fleet();
    Fleet(const Fleet &) = delete;
    Fleet &operator=(const Fleet &) = delete;

    [[nodiscard]] FleetPlan &plan() { return m_plan; } ///< until begin(): for what depends on folder()
    /// Starts all of it and signs every browser in. False: see problem().
    [[nodiscard]] bool begin();
    /// Its two halves. First only folders, configurations and the share.
    [[nodiscard]] bool prepare();
    [[nodiscard]] bool startAll();
    [[nodiscard]] const char *problem() const { return m_problem.constData(); }

    [[nodiscard]] bool startOrchestrator();
    void killOrchestrator() { m_orchestrator->kill(); }
    [[nodiscard]] ChildProgram &orchestrator() { return *m_orchestrator; }
    /// Another process with the same configuration but `command`; its exit code, -1: did not end in time.
    [[nodiscard]] int runOrchestrator(const QStringList &command, QString *output = nullptr);
    [[nodiscard]] AgentProcess &agent(int number) { return *m_agents[static_cast<size_t>(number - 1)]; } ///< 1: DTF-01
    [[nodiscard]] Portal &portal() { return *m_portal; }
    [[nodiscard]] ApiClient &api() { return *m_api; }
    [[nodiscard]] const ShareLook &share() const { return m_share; }
    [[nodiscard]] quint16 port() const { return m_port; } ///< the orchestrator's
    /// Of anna, who the API client is, and of bernd.
    [[nodiscard]] static QByteArray operatorToken(const QByteArray &name) { return "token-of-the-operator-" + name; }
    [[nodiscard]] QString folder() const { return m_dir.path(); }
    [[nodiscard]] QString sharePath(const QString &below = {}) const;

    [[nodiscard]] bool signInEverywhere();
    [[nodiscard]] bool waitReady(milliseconds deadline = seconds(60)); ///< every node

    /// Samples for the demo pipeline with contents nobody has sent before.
    [[nodiscard]] QList<SampleFile> samples(int count, const QString &agencies = {});
    /// As a well-mannered producer: whole, under its final name at once.
    void drop(const QByteArray &name, const QByteArray &content);
    void drop(const QList<SampleFile> &files);
    /// One sample, dropped; its name.
    QString dropOne();

    /// Done jobs by node.
    [[nodiscard]] QMap<QByteArray, int> doneByNode();
    [[nodiscard]] bool allDone(qsizetype count) { return m_api->count(JobState::Done) == count; }

    /// The end of every story: waits until nothing moves, looks at everything (see fleetchecks.cpp), ends all programs and looks
    /// again. Empty: all is well.
    [[nodiscard]] QStringList finalComplaints();
    /// An upload that a person allowed or did by hand: the ledger may have `times` of this content.
    void expectUploads(const QByteArray &sourceSha256, qsizetype times) { m_expected.insert(sourceSha256, times); }
    /// Its producer took that dropped file back, or put something else in its place.
    void expectGone(const QByteArray &name)
    {
        m_dropped.removeIf([&](const auto &file) { return file.first == name; });
    }
    /// The store was lost, or an older one put back: its audit can't know every start.
    void expectAuditGap() { m_auditGap = true; }

private:
    [[nodiscard]] bool fail(const char *what);
    [[nodiscard]] bool writeConfigs();
    [[nodiscard]] QStringList jobComplaints();
    [[nodiscard]] QStringList contentComplaints() const;
    [[nodiscard]] QStringList ledgerComplaints() const;
    [[nodiscard]] QStringList litterComplaints() const;
    [[nodiscard]] QStringList shutDown();
    void printLogs() const;

    QTemporaryDir m_dir;
    FleetPlan m_plan;
    QByteArray m_problem;
    ShareLook m_share;
    Janitor m_janitor;
    quint16 m_port = 0;
    int m_samples = 0;
    QList<std::pair<QByteArray, QByteArray>> m_dropped; ///< name, SHA-256
    QHash<QByteArray, qsizetype> m_expected;
    bool m_auditGap = false;
    std::unique_ptr<Portal> m_portal;
    std::unique_ptr<ChildProgram> m_orchestrator;
    std::unique_ptr<ApiClient> m_api;
    std::vector<std::unique_ptr<AgentProcess>> m_agents;
};

} // namespace dtf

/// A story's beginning and end.
#define BEGIN(fleet) QVERIFY2((fleet).begin(), (fleet).problem())
#define ALL_IS_WELL(fleet)                                                                                                       \
    do {                                                                                                                         \
        const QStringList wrong = (fleet).finalComplaints();                                                                     \
        QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(u'\n')));                                                            \
    } while (false)
