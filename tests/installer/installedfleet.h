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

/// What runs from the packages on one machine, set up by the programs' own `setup` as an administrator does it: an orchestrator
/// (port 3000) that knows DTF-01 and DTF-02, agents of theirs, a share and a ledger in the machine's shared folder; and, beside
/// it, the demo's portal. The share is mounted outside the folders that the units open. The machine's network is entered already.
class InstalledFleet
{
public:
    explicit InstalledFleet(Machine &machine);

    /// The portal, the share, the orchestrator; its service is ready.
    [[nodiscard]] bool setUpOrchestrator();
    /// DTF-01 as the system's service (`user` empty), or DTF-02 in the desktop session of `user`; its service is ready.
    [[nodiscard]] bool setUpAgent(const QString &user = {});
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// The command line as that user, with a session of its own and a display.
    [[nodiscard]] Machine::Outcome as(const QString &user, const QString &script);

    [[nodiscard]] Portal &portal() { return m_portal; }
    [[nodiscard]] ApiClient &api() { return *m_api; } ///< as anna; once the orchestrator is set up
    [[nodiscard]] const ShareLook &share() const { return m_share; }

    /// `count` files of the demo that nobody has sent before.
    [[nodiscard]] QList<SampleFile> samples(int count);
    void drop(const SampleFile &file);
    [[nodiscard]] bool allDone() { return m_api->count(JobState::Done) == m_dropped.size(); }
    /// Main processes of the browser with the profile below that state folder.
    [[nodiscard]] QList<qint64> browser(const QByteArray &state = "/var/lib/dtf/agent") const;
    /// U1 to U5 of what was dropped, at rest, all of it done.
    [[nodiscard]] QStringList complaints();

private:
    [[nodiscard]] bool inOrder(const Machine::Outcome &outcome);

    Machine &m_machine;
    Portal m_portal;
    std::unique_ptr<ApiClient> m_api;
    ShareLook m_share;
    QString m_problem;
    QList<SampleFile> m_dropped;
    int m_samples = 0;
};

} // namespace dtf
