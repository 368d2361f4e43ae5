// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/childprogram.h"
#include "tests/support/fleetplan.h"

#include <memory>

namespace dtf {

/// One worker machine: the real dtf-agent with its folders, its configuration, its browser's port, and the watched-folder script
/// where the plan has one.
class AgentProcess
{
public:
    struct Surroundings
    {
        QString folder; ///< the fleet's
        quint16 orchestratorPort = 0;
        Fingerprint orchestratorPin; ///< none: plain HTTP
        QString portalUrl; ///< empty: none
        Settings settings; ///< of every agent
    };
    AgentProcess(const NodePlan &plan, const Surroundings &around);

    [[nodiscard]] bool start(); ///< the script too
    void kill() { m_agent.kill(); } ///< -9: the browser and the script live on
    void signal(int number) const { m_agent.signal(number); }
    [[nodiscard]] bool stop() { return m_agent.stop(seconds(30)); }
    [[nodiscard]] bool stopScript();

    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] int browserPort() const { return m_browserPort; }
    /// Of the browser that the agent's state folder names; 0: none. Its process, not the agent's word.
    [[nodiscard]] qint64 browserPid() const;
    [[nodiscard]] bool browserLives() const;
    void killBrowser() const; ///< -9, the main process
    /// Its whole configuration.
    [[nodiscard]] Settings settings(const NodePlan &plan, const Surroundings &around) const;
    [[nodiscard]] const QString &configFile() const { return m_configFile; }
    [[nodiscard]] ChildProgram &program() { return m_agent; }
    [[nodiscard]] bool usesPortal() const { return m_usesPortal; }

private:
    QString m_name;
    QString m_home; ///< <fleet>/<name>
    QString m_configFile;
    QByteArray m_configuration;
    quint16 m_browserPort = 0;
    bool m_usesPortal = false;
    ChildProgram m_agent;
    std::unique_ptr<ChildProgram> m_script;
};

/// A TCP port of the loopback that nobody listens on and that the system does not give to outgoing connections.
[[nodiscard]] quint16 freePort();
[[nodiscard]] bool writeFile(const QString &path, const QByteArray &content, bool secret = false);

} // namespace dtf
