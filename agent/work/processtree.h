// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QSet>

#include <memory>

namespace dtf {

/// Every process that a pipeline's main process started, however deep, also after it has gone. Linux: a session of its own, the
/// marker variable in the environment (found in /proc), descent, and the agent as child subreaper, so that double-forked and
/// setsid children are found and reaped; a child that clears its environment and leaves session and parent before it is first
/// seen escapes. Windows: a Job Object that ends its processes when the agent dies. The browser is never in the tree: it does not
/// carry the marker. Thread: the main thread. Nothing here blocks; a look costs a few milliseconds.
class ProcessTree
{
public:
    /// The variable whose value names the attempt and this life: `<J>.e<N>.b<B>`.
    static constexpr const char *markerVariable = "DTF_RUN_TOKEN";

    explicit ProcessTree(const QByteArray &marker);
    ~ProcessTree(); ///< Windows: ends what is left

    ProcessTree(const ProcessTree &) = delete;
    ProcessTree &operator=(const ProcessTree &) = delete;

    /// Before QProcess::start(): session, death signal, or suspended start.
    void prepare(QProcess &process);
    /// After started(). False: the process could not be put under control (and has been ended, before it ran on Windows).
    [[nodiscard]] bool adopt(QProcess &process);
    /// Looks anew; how many of its processes live, the main one included. A zombie does not live.
    [[nodiscard]] int look();
    void signalSoft(); ///< asks to end: SIGTERM to all; nothing on Windows
    void kill(); ///< ends all that the last look saw; look again until it says 0
    void freeze(bool frozen); ///< stops and continues all; nothing on Windows

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// Once at start of the program, before any process is started: orphans of our pipelines become our children (Linux).
void becomeSubreaper();
/// Ends every process, whoever's child, whose marker names one of `boots`: this agent's earlier lives (another agent on the same
/// machine is left alone). Returns how many still lived when it looked: ask again until it says 0. Thread: any.
[[nodiscard]] int sweepLeftovers(const QSet<QByteArray> &boots);

} // namespace dtf
