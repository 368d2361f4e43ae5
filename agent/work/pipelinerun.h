// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/policy/workevents.h"
#include "agent/work/scratch.h"

#include <QObject>

namespace dtf {

/// Everything one run needs to know.
struct RunSpec
{
    TokenName token; ///< boot: of the token in running/
    QByteArray marker; ///< value of DTF_RUN_TOKEN: `<J>.e<N>.b<B>` with this life's B
    QString node;
    int browserPort = 0;
    QString browserWs;
    MonoTime notAfter; ///< start nothing later than this: see effect::Spawn; value 0: whenever
    Scratch scratch;
};

/// The last look before something is handed to the pipeline: a process that is stopped between the decision and the start would
/// run a file that was given to another node meanwhile.
[[nodiscard]] inline bool stoodStill(const RunSpec &spec, MonoTime now)
{
    return spec.notAfter != MonoTime {} && now > spec.notAfter;
}
[[nodiscard]] inline QString stoodStillWords()
{
    return QStringLiteral("this machine stood still before the start; nothing was started");
}

/// One run of the pipeline, of either kind. started(…) exactly once; after started(true), ended() exactly once, when nothing of
/// it lives any more. Thread: main; nothing blocks.
class PipelineRun : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    virtual void start() = 0;
    virtual void signalSoft() = 0;
    virtual void kill() = 0;

Q_SIGNALS:
    void started(bool ok, const dtf::RunEnd &failure);
    void line(const QByteArray &raw); ///< ≤ 8 KiB, without its end
    void markerSeen();
    void note(const QString &text); ///< the runner's own words for the log
    void ended(const dtf::RunEnd &end);
};

} // namespace dtf
