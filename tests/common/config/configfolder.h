// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "orchestrator/orchestratorconfig.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

namespace dtf {

/// The smallest good files.
inline const QByteArray goodOrchestrator =
    "[share]\nroot = \"/srv/zone\"\n[store]\npath = \"store.sqlite\"\n[access]\ntokens_file = \"/etc/tokens.toml\"\n"
    "[[node]]\nname = \"DTF-01\"\n";
inline const QByteArray goodAgent =
    "[node]\nname = \"DTF-01\"\nstate_dir = \"/a/state\"\nscratch_dir = \"/a/scratch\"\n[orchestrator]\n"
    "url = \"http://orchestrator:3000\"\ntoken_file = \"/a/token\"\n[share]\nroot = \"/srv/zone\"\n[browser]\n"
    "profile_dir = \"/a/profile\"\n[pipeline]\ncommand = [\"node\", \"run.js\"]\n";

/// Writes a text to a file and loads it.
class ConfigFolder
{
public:
    [[nodiscard]] QString path(const char *name) const { return m_dir.filePath(QLatin1StringView(name)); }
    /// A path from the root, as it is on this system: on Windows with a drive.
    [[nodiscard]] static QString rooted(QLatin1StringView path) { return QDir::cleanPath(QDir::root().absoluteFilePath(path)); }
    [[nodiscard]] QString file() const { return path("x.toml"); }
    [[nodiscard]] Result<OrchestratorConfig> orchestrator(const QByteArray &text) const
    {
        return loadOrchestratorConfig(write(text));
    }
    [[nodiscard]] Result<AgentConfig> agent(const QByteArray &text) const { return loadAgentConfig(write(text)); }

private:
    [[nodiscard]] QString write(const QByteArray &text) const
    {
        QFile out(file());
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()) {
            qFatal("cannot write %s", qPrintable(file()));
        }
        return file();
    }

    QTemporaryDir m_dir;
};

} // namespace dtf
