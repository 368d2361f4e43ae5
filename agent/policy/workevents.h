// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/browser/browserstatus.h"
#include "agent/policy/restart.h"
#include "common/protocol/messages.h"

#include <variant>

/// What the agent's work asks of the outside world and what it hears from it. An effect with a number is answered by exactly one
/// event with the same number; an answer that nobody waits for any more is ignored. The real executor is agent/work/engine; the
/// simulation has its own.
namespace dtf {

namespace effect {

/// Both folders of this node, sentinel first → Listed.
struct ListFolders
{ };
/// Touch .dtf/alive/<node> → AliveTouched.
struct TouchAlive
{ };
/// End every process that carries a run marker of an earlier life, forget scratch folders not in `keep` → Swept. At start,
/// and every 2 s until all are dead.
struct Sweep
{
    QList<Attempt> keep;
};
/// Fresh scratch folders for the attempt, then `source` → its local copy, looked at before and after → Copied.
struct CopyOut
{
    SharePath source;
    TokenName token;
};
/// One write and one fsync for both → Journalled.
struct Append
{
    JournalRecord record;
    QList<Report> reports;
};
/// → Moved.
struct Move
{
    SharePath source;
    SharePath target;
};
/// Is the token still what was copied? Same size, mtime and id, or else same hash → Verified.
struct VerifyToken
{
    SharePath path;
    EntryInfo seen;
    ContentHash input;
};
/// Is the running token still there? → Looked.
struct LookToken
{
    SharePath path;
};
/// → Spawned; later OutputLine, MarkerSeen, RunEnded (exactly once, when the tree is empty; also when Spawned failed: not).
struct Spawn
{
    TokenName token;
    QByteArray sha256; ///< of the input, hex
    int browserPort = 0;
    QString browserWs;
    MonoTime notAfter; ///< later than this the machine has stood still, and the file may be somebody else's
};
struct SignalSoft
{ };
struct KillTree
{ };
/// Counts and reads what lies in the run's out folder → Inspected.
struct InspectOutputs
{
    TokenName token;
};
/// → LeftoversSeen.
struct InspectLeftovers
{
    TokenName token;
};
/// Removes `discard` (own unfinished stages), puts results and manifest into `stage`, read back and compared → Staged.
struct Stage
{
    StageName stage;
    QList<StageName> discard;
    TokenName token;
    QByteArray manifestHead; ///< JSON object; the executor adds "outputs"
    VerifyToken input; ///< must still be what was run: else Stale, and nothing may be committed
};
/// Day folder, then the stage's rename → Moved.
struct MakeVisible
{
    StageName stage;
    SharePath dayFolder;
    SharePath target;
};
/// Direct looks at all places this attempt's token can be in → Located.
struct Locate
{
    TokenName token;
    QList<BootId> claimBoots;
    QList<BootId> stageBoots;
    QList<WallTime> days; ///< of the final folder
};
/// Outputs and logs → .dtf/late/<late>; nothing there is fine → Saved.
struct SaveEvidence
{
    TokenName token;
    StageName late;
    QList<StageName> discard; ///< of this attempt, put together in vain
};
/// → Written.
struct WriteSidecar
{
    SharePath path;
    QByteArray json;
};
/// Removes the attempt's scratch folder. No answer.
struct DropScratch
{
    Attempt attempt;
};

} // namespace effect

using Effect = std::variant<effect::ListFolders, effect::TouchAlive, effect::Sweep, effect::CopyOut, effect::Append, effect::Move,
    effect::VerifyToken, effect::LookToken, effect::Spawn, effect::SignalSoft, effect::KillTree, effect::InspectOutputs,
    effect::InspectLeftovers, effect::Stage, effect::MakeVisible, effect::Locate, effect::SaveEvidence, effect::WriteSidecar,
    effect::DropScratch>;

struct NumberedEffect
{
    qint64 number = 0; ///< 0: no answer is awaited
    Effect effect;
};

namespace event {

/// Time has passed (WorkState::wakeAt).
struct Tick
{ };
/// There may be something new in the folder.
struct Hint
{ };
struct Listed
{
    qint64 number = 0;
    Result<void> result; ///< ShareDown, ShareWrong, …: lists are empty then
    QByteArray shareUuid;
    QList<TokenName> assigned;
    QList<TokenName> running;
    qint64 diskFree = -1; ///< bytes on the fuller of the disks of scratch and state
};
struct AliveTouched
{
    qint64 number = 0;
    Result<void> result;
};
struct Swept
{
    qint64 number = 0;
    bool allDead = false; ///< false: something survives; nothing may start
};
struct CopiedFile
{
    EntryInfo seen;
    ContentHash input;
};
struct Copied
{
    qint64 number = 0;
    Result<CopiedFile>
        result; ///< NotFound: taken back; Changed: being written; PermissionDenied, Busy, …: this file's own trouble
    bool localTrouble = false; ///< the error is the scratch disk's, not the share's
};
struct Journalled
{
    qint64 number = 0;
    bool ok = false; ///< false: nothing may follow
};
struct Moved
{
    qint64 number = 0;
    MoveResult result;
};
struct Verified
{
    qint64 number = 0;
    Result<void> result; ///< NotFound: gone; Changed: not what was copied
};
struct Looked
{
    qint64 number = 0;
    Result<void> result; ///< NotFound: gone
};
struct Spawned
{
    qint64 number = 0;
    RunEnd failure; ///< only when !ok
    bool ok = false;
};
struct OutputLine
{
    QString text; ///< escaped, ≤ 300 characters
};
struct MarkerSeen
{ };
struct RunEnded
{
    RunEnd end;
};
struct Inspected
{
    qint64 number = 0;
    OutputFacts outputs;
};
struct LeftoversSeen
{
    qint64 number = 0;
    Leftovers left;
    QString lastLines;
};
struct Staged
{
    qint64 number = 0;
    Result<void> result;
};
struct Located
{
    qint64 number = 0;
    Result<TokenPlace> place; ///< an error: can't be known now
    BootId boot; ///< Running, Held: of the token; Staged: of the stage
    WallTime day; ///< Final
};
struct Saved
{
    qint64 number = 0;
    Result<void> result;
};
struct Written
{
    qint64 number = 0;
    Result<void> result;
};
struct BrowserChanged
{
    BrowserStatus status;
};
/// Calls to the share do not return, or do again.
struct ShareHangs
{
    bool hangs = false;
};
struct OutboxLevel
{
    bool full = false;
};
struct StopAsked
{
    Attempt attempt;
    QString reason;
    QString by;
};
/// A report of another part of the agent (CommandDone): it gets its boot, number and time here.
struct ReportAsked
{
    Report report;
};
/// The orchestrator allows new claims, or not (paused node, maintenance). Its last word holds while it can't be reached.
struct ClaimsAllowed
{
    bool allowed = true;
    bool recognised = true; ///< it takes this agent for the node's only one: no clone
};
/// No new work from now on.
struct ShutdownAsked
{ };

} // namespace event

using Event = std::variant<event::Tick, event::Hint, event::Listed, event::AliveTouched, event::Swept, event::Copied,
    event::Journalled, event::Moved, event::Verified, event::Looked, event::Spawned, event::OutputLine, event::MarkerSeen,
    event::RunEnded, event::Inspected, event::LeftoversSeen, event::Staged, event::Located, event::Saved, event::Written,
    event::BrowserChanged, event::ShareHangs, event::OutboxLevel, event::StopAsked, event::ReportAsked, event::ClaimsAllowed,
    event::ShutdownAsked>;

} // namespace dtf
