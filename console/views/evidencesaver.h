// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/actions/fleetcommands.h"

#include <QObject>
#include <QPointer>

namespace dtf {

class EvidenceRun;

/// Asks where an archive of evidence shall go and has it made, one at a time; tells how it goes on and how it ended. Thread:
/// main.
class EvidenceSaver final : public QObject
{
    Q_OBJECT

public:
    /// `window`: parent of the question.
    EvidenceSaver(const FleetCommands &commands, QWidget &window);

    void ask(const JobView &job);
    void save(const JobView &job, const QString &path);

Q_SIGNALS:
    void said(const QString &words); ///< plain text for the status line

private:
    const FleetCommands &m_commands;
    QWidget &m_window;
    QPointer<EvidenceRun> m_run;
};

} // namespace dtf
