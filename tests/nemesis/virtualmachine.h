// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/nemesis/privatenetwork.h"
#include "tests/support/fleet.h"

#include <memory>

namespace dtf {

/// A worker machine made from an image directory: a copy of it at the image's own path, with processes, a host name, a hardware
/// UUID, a machine start and a network of its own. What is inside can't tell it from a machine; nothing in the programs knows.
class VirtualMachine
{
public:
    struct Identity
    {
        QByteArray board; ///< the firmware's UUID; empty: it can't be read
        QString host;
    };
    /// `home`: where the image lies for whoever is inside. Copied by copyFrom().
    VirtualMachine(Fleet &fleet, int number, const Identity &identity, const QString &home);

    /// False: it could not be copied. What vanishes meanwhile is left out.
    [[nodiscard]] bool copyFrom(const QString &folder);
    /// Starts an agent with the image's configuration.
    [[nodiscard]] bool start(const NodeLinks &links);
    [[nodiscard]] ChildProgram &agent() { return *m_agent; }
    [[nodiscard]] QString folder() const { return m_folder; } ///< its disk, as seen from outside
    [[nodiscard]] QString folder(const QString &below) const { return m_folder + u'/' + below; }

private:
    Fleet &m_fleet;
    int m_number;
    Identity m_identity;
    QString m_home;
    QString m_folder;
    std::unique_ptr<ChildProgram> m_agent;
};

/// The configuration of an agent that joins by the code in <home>/join-code, with a browser and `script` as its pipeline.
[[nodiscard]] Settings joiningAgent(
    const QString &home, const Fleet &fleet, const QString &orchestrator, const QStringList &script);

} // namespace dtf
