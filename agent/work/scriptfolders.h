// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/agentconfig.h"
#include "common/core/clock.h"
#include "common/core/error.h"

#include <QHash>
#include <QString>

namespace dtf {

/// The folders between us and a script that watches one, as one file sees them. They may hold a hundred thousand entries and lie
/// on any disk: everything here blocks and belongs on a thread for that. A value; const and without state, so a copy serves any
/// thread.
class ScriptFolders final
{
public:
    /// Size (bytes) and time (ms since 1970) of those entries of a folder that belong to this file, by name: the file's own, and
    /// any that begin with its stem and go on with neither letter nor digit. Links are nobody's.
    using Sight = QHash<QString, std::pair<qint64, qint64>>;
    struct Sights
    {
        Sight done;
        Sight rejected;
        bool inInbox = false; ///< the script has not fetched it
    };
    /// The longest pause between two steps of a copy; a longer one is a machine that stood still.
    static constexpr milliseconds stepWithin {10'000};

    ScriptFolders(const PipelineConfig &pipeline, const QString &name);

    [[nodiscard]] Sights look() const;
    /// The folders are there and none of them holds a file of this name; says what does not fit.
    [[nodiscard]] Result<void> prove() const;
    /// Puts `input` into the inbox under the file's name, whole at once; the last step is a rename. `temporary`: its name beside
    /// the inbox until then (a dot file in it), gone after a failure; an older one of that name is replaced. `input` may be gone
    /// afterwards. Error::code is Timeout when the machine stood still meanwhile, and then nothing was handed over.
    [[nodiscard]] Result<void> put(const QString &input, const QString &temporary, const Clock &clock) const;
    /// Moves what is new in done (or rejected) since `before` into `out`. False: something is still held by the script; what was
    /// moved stays moved.
    [[nodiscard]] bool collect(bool rejected, const Sight &before, const QString &out) const;
    /// Moves the file out of the inbox to `path`. False: the script has it.
    [[nodiscard]] bool takeBack(const QString &path) const;

private:
    [[nodiscard]] Sight sightOf(const QString &folder) const;
    [[nodiscard]] QString waiting() const { return m_inbox + u'/' + m_name; }

    QString m_inbox;
    QString m_done;
    QString m_rejected;
    QString m_name;
    QString m_stem;
};

} // namespace dtf
