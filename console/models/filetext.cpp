// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/filetext.h"

#include "common/core/escape.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QLocale>

namespace dtf {

using namespace Qt::StringLiterals;

Tone toneOf(JobState state)
{
    switch (state) {
    case JobState::Waiting:
        return Tone::Plain;
    case JobState::Moving:
    case JobState::Assigned:
    case JobState::Running:
    case JobState::Publishing:
        return Tone::Busy;
    case JobState::InDoubt:
    case JobState::Hold:
        return Tone::Trouble;
    case JobState::Failed:
    case JobState::Rejected:
        return Tone::Attention;
    case JobState::Done:
        return Tone::Good;
    case JobState::Withdrawn:
        return Tone::Muted;
    }
    return Tone::Attention;
}

QString whyText(const JobView &job)
{
    const bool runs = job.state == JobState::Running || job.state == JobState::Publishing;
    if (runs && !job.lastLine.isEmpty()) {
        return escapedForLog(job.lastLine);
    }
    const QString cause = job.state == JobState::Done ? QString() : textOf(job.cause);
    const QString detail = escapedForLog(job.detail);
    if (!cause.isEmpty()) {
        return detail.isEmpty() ? cause : cause + u' ' + detail;
    }
    return detail.isEmpty() ? escapedForLog(job.lastLine) : detail;
}

QString agoText(const FleetStore &store, WallTime time)
{
    return time.msecsSinceEpoch == 0 ? u"–"_s : ageText(store.sinceOrchestratorTime(time));
}

QString sizeText(qint64 bytes)
{
    return QLocale(QLocale::English).formattedDataSize(bytes, 1, QLocale::DataSizeTraditionalFormat);
}

} // namespace dtf
