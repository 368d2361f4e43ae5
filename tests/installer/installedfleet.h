// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/installer/machine.h"
#include "tests/support/apiclient.h"
#include "tests/support/portal.h"
#include "tests/support/settings.h"
#include "tests/support/sharelook.h"

namespace dtf {

/// As a well-mannered producer: whole, under its final name at once. Ends the test when that can't be.
void dropInto(const QString &incoming, const SampleFile &file);

/// What runs from the packages on one machine: an orchestrator (port 3000) that knows DTF-01 and DTF-02, agents of theirs, a
/// share and a ledger in the machine's shared folder; and, beside it, the demo's portal. The machine's network is entered
/// already.
class InstalledFleet
{
public:
    explicit InstalledFleet(Machine &machine);

    /// The portal, the share (--init-share), all settings of the orchestrator and of DTF-01 as the system's agent.
    [[nodiscard]] bool setUp();
    [[nodiscard]] Settings agentSettings(const QString &node, const QString &state, int browserPort) const;
    [[nodiscard]] static QByteArray token(const char *whose); ///< anna's, or a node's
    [[nodiscard]] const QString &problem() const { return m_problem; }

    [[nodiscard]] Portal &portal() { return m_portal; }
    [[nodiscard]] ApiClient &api() { return m_api; }
    [[nodiscard]] const ShareLook &share() const { return m_share; }

    /// `count` files of the demo that nobody has sent before.
    [[nodiscard]] QList<SampleFile> samples(int count);
    void drop(const SampleFile &file);
    [[nodiscard]] bool allDone() { return m_api.count(JobState::Done) == m_dropped.size(); }
    /// Main processes of the browser with the profile below that state folder.
    [[nodiscard]] QList<qint64> browser(const QByteArray &state = "/var/lib/dtf/agent") const;
    /// U1 to U5 of what was dropped, at rest, all of it done.
    [[nodiscard]] QStringList complaints();

private:
    Machine &m_machine;
    Portal m_portal;
    ApiClient m_api;
    ShareLook m_share;
    QString m_problem;
    QList<SampleFile> m_dropped;
    int m_samples = 0;
};

} // namespace dtf
