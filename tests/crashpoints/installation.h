// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fault.h"
#include "tests/support/agentprocess.h"
#include "tests/support/apiclient.h"
#include "tests/support/sharelook.h"

#include <memory>
#include <optional>

namespace dtf::crash {

/// What outlives the small installations that follow one another in one place: ports, and one browser with its profile, which
/// each agent adopts.
struct Place
{
    QString folder;
    quint16 port = 0; ///< the orchestrator's
    quint16 browserPort = 0;
    QByteArray browser; ///< the agent's record of it; empty: none has been started yet
};

/// One orchestrator, one agent, one share in a folder of their own; a pipeline that keeps its own ledger. Ended with the object.
class Installation
{
public:
    /// `pipeline`: acts of tests/helpers/testchild.cpp beside the ledger and the results.
    Installation(Place &place, const QString &folder, const QStringList &pipeline = {});
    ~Installation();
    Installation(const Installation &) = delete;
    Installation &operator=(const Installation &) = delete;

    [[nodiscard]] bool prepare(); ///< folders, share, configurations
    [[nodiscard]] ChildProgram &orchestrator() { return *m_orchestrator; }
    [[nodiscard]] ChildProgram &agent() { return m_agent->program(); }
    [[nodiscard]] ChildProgram &program(Part part) { return part == Part::Agent ? agent() : orchestrator(); }
    [[nodiscard]] bool start(Part part);
    /// The shim watches that part's next start, and strikes where `fault` says. What it had written down before is gone.
    void watch(Part part, const Fault &fault);
    [[nodiscard]] Trace trace(Part part) const { return readTrace(traceFile(part)); }
    /// The power of that part's machine goes: to be called when its program is dead.
    void cutPower(Part part);

    [[nodiscard]] ApiClient &api() { return *m_api; }
    [[nodiscard]] const ShareLook &share() const { return m_share; }
    void drop(const QByteArray &name, const QByteArray &content);
    [[nodiscard]] QList<QByteArray> ledger() const; ///< "J.N" for each start, as the pipeline wrote it
    [[nodiscard]] QString path(const QString &below) const { return m_folder + u'/' + below; }
    [[nodiscard]] QString storeFile() const { return path(QStringLiteral("store/dtf.sqlite")); }
    [[nodiscard]] QString stateFolder() const { return path(QStringLiteral("DTF-01/state")); }
    /// Every file and folder that is left, without what differs from life to life.
    [[nodiscard]] QList<QByteArray> remains() const;
    [[nodiscard]] QStringList processesLeft() const; ///< but browsers
    [[nodiscard]] QString logTails() const;

    static constexpr char result[] = "1;2;3 a result that must arrive whole";

private:
    [[nodiscard]] QString traceFile(Part part) const;
    [[nodiscard]] QString imagesOf(Part part) const;
    [[nodiscard]] QList<std::pair<QByteArray, QString>> areas() const;
    void keepBrowser();

    Place &m_place;
    QString m_folder;
    ShareLook m_share;
    std::unique_ptr<ChildProgram> m_orchestrator;
    std::unique_ptr<AgentProcess> m_agent;
    std::unique_ptr<ApiClient> m_api;
};

} // namespace dtf::crash
