// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/policy/outcome.h"

#include <QTest>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

constexpr auto publish = RunAction::Publish;
constexpr auto release = RunAction::Release;
constexpr auto failed = RunAction::Fail;
constexpr auto hold = RunAction::Hold;
constexpr auto fromStart = SideEffects::FromStart;
constexpr auto afterMarker = SideEffects::AfterMarker;
constexpr auto none = SideEffects::None;

/// A run that ended well with one file and 12 rows, for each row to spoil.
struct Story
{
    SideEffects effects = fromStart;
    RunEnd end {.spawned = true};
    RunHistory history;
    OutputFacts outputs {.files = 1, .bytes = 10, .field = OutputFacts::ResultField::Found, .rows = 12};
};

} // namespace

Q_DECLARE_METATYPE(Story)

class TestOutcome : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void verdict_data();
    void verdict();
    void nothingIsEverRunAgainAfterTheMarker();
};

void TestOutcome::verdict_data()
{
    QTest::addColumn<Story>("story");
    QTest::addColumn<RunAction>("action");
    QTest::addColumn<Cause>("cause");
    QTest::addColumn<bool>("sideEffects");
    const auto row = [](const char *name, SideEffects effects, auto spoil, RunAction action, Cause cause, bool possible) {
        Story story;
        story.effects = effects;
        spoil(story);
        QTest::newRow(name) << story << action << cause << possible;
    };
    const auto code = [](int n) { return [n](Story &s) { s.end.exitCode = n; }; };
    const auto marked = [](auto then) {
        return [then](Story &s) {
            s.end.markerSeen = true;
            then(s);
        };
    };
    const auto crash = [](Story &s) {
        s.end.crashed = true;
        s.end.exitCode = 11;
    };
    const auto hard = [crash](Story &s) {
        crash(s);
        s.history.hardLimit = true;
    };
    row(
        "ended well", fromStart, [](Story &) {}, publish, Cause::None, true);
    row(
        "ended well without effects", none, [](Story &) {}, publish, Cause::None, false);
    row("exit 1 may have uploaded", fromStart, code(1), hold, Cause::ExitCode, true);
    row("exit 1 before the marker", afterMarker, code(1), failed, Cause::ExitCode, false);
    row("exit 1 after the marker", afterMarker, marked(code(1)), hold, Cause::ExitCode, true);
    row("exit 1 of an idempotent pipeline", none, code(1), failed, Cause::ExitCode, false);
    row("the script's own proof", fromStart, code(75), release, Cause::ExitCode, false);
    row("the script's own proof, marker not seen", afterMarker, code(75), release, Cause::ExitCode, false);
    row("the marker refutes the code", afterMarker, marked(code(75)), hold, Cause::ExitCode, true);
    row("crash", fromStart, crash, hold, Cause::Crashed, true);
    row("crash before the marker", afterMarker, crash, failed, Cause::Crashed, false);
    row("killed at the hard limit", fromStart, hard, hold, Cause::HardLimit, true);
    row("hard limit before the marker", afterMarker, hard, failed, Cause::HardLimit, false);
    row(
        "hard limit is no proof, whatever the code", fromStart,
        [](Story &s) {
            s.end.exitCode = 75;
            s.history.hardLimit = true;
        },
        hold, Cause::HardLimit, true);
    const auto leftOthers = [](Story &s) {
        s.history.softSignalled = true;
        s.end.stragglersStopped = true;
    };
    row("ended well, but others of its tree were stopped", fromStart, leftOthers, hold, Cause::SoftLimit, true);
    row("ended well without effects, others were stopped", none, leftOthers, failed, Cause::SoftLimit, false);
    row(
        "others of its tree refute the code", fromStart,
        [leftOthers](Story &s) {
            leftOthers(s);
            s.end.exitCode = 75;
        },
        hold, Cause::SoftLimit, true);
    row(
        "ended itself after the soft limit", fromStart,
        [](Story &s) {
            s.history.softSignalled = true;
            s.end.exitCode = 143;
        },
        hold, Cause::SoftLimit, true);
    row(
        "passed the soft limit and ended well", fromStart, [](Story &s) { s.history.softSignalled = true; }, publish, Cause::None,
        true);
    row(
        "no output", fromStart, [](Story &s) { s.outputs.files = 0; }, hold, Cause::NoOutput, true);
    row(
        "no output, no effects", none, [](Story &s) { s.outputs.files = 0; }, failed, Cause::NoOutput, false);
    row(
        "zero rows", fromStart, [](Story &s) { s.outputs.rows = 0; }, hold, Cause::ZeroRows, true);
    row(
        "zero rows before the marker", afterMarker, [](Story &s) { s.outputs.rows = 0; }, failed, Cause::ZeroRows, false);
    row(
        "result file missing", fromStart, [](Story &s) { s.outputs.field = OutputFacts::ResultField::Missing; }, hold,
        Cause::ResultRule, true);
    row(
        "result file unreadable", none, [](Story &s) { s.outputs.field = OutputFacts::ResultField::Unreadable; }, failed,
        Cause::ResultRule, false);
    row(
        "a link among the results", none, [](Story &s) { s.outputs.hostile = true; }, failed, Cause::ResultRule, false);
    row(
        "results not on the disk", fromStart, [](Story &s) { s.outputs.notOnDisk = u"EIO"_s; }, hold, Cause::ResultRule, true);
    row(
        "results too large", fromStart, [](Story &s) { s.outputs.bytes = qint64 {1} << 40; }, hold, Cause::OutputTooLarge, true);
    row(
        "flood of output", fromStart,
        [crash](Story &s) {
            crash(s);
            s.end.outputTooLarge = true;
        },
        hold, Cause::OutputTooLarge, true);
    row(
        "program missing: nothing ran", fromStart, [](Story &s) { s.end = {}; }, release, Cause::SpawnFailed, false);
    row(
        "name unsafe for the program", fromStart, [](Story &s) { s.end = {.refused = true}; }, failed, Cause::HostileName, false);
    row(
        "watched folder: rejected", fromStart, [](Story &s) { s.end.folderRejected = true; }, failed, Cause::PipelineRejected,
        false);
    const auto lost = [](Story &s) {
        s.end.exitCode = 1;
        s.history.browserLost = true;
    };
    row("browser lost", fromStart, lost, hold, Cause::BrowserLost, true);
    row("browser lost before the marker", afterMarker, lost, release, Cause::BrowserLost, false);
    row(
        "browser lost, yet ended well", fromStart, [](Story &s) { s.history.browserLost = true; }, publish, Cause::None, true);
    row(
        "logged out", afterMarker,
        [](Story &s) {
            s.end.exitCode = 1;
            s.history.loginLost = true;
        },
        release, Cause::LoginLost, false);
    row(
        "stopped by a person", none,
        [](Story &s) {
            s.history.stopAsked = true;
            s.end.crashed = true;
        },
        hold, Cause::StoppedByOperator, false);
    row(
        "stopped, and the script ends with 0", fromStart, [](Story &s) { s.history.stopAsked = true; }, hold,
        Cause::StoppedByOperator, true);
}

void TestOutcome::verdict()
{
    QFETCH(Story, story);
    QFETCH(RunAction, action);
    QFETCH(Cause, cause);
    QFETCH(bool, sideEffects);
    PipelineConfig pipeline;
    pipeline.sideEffects = story.effects;
    pipeline.rerunExitCodes = {75};
    const Verdict verdict = decideOutcome(pipeline, story.end, story.history, story.outputs);
    QCOMPARE(toString(verdict.action), toString(action));
    QCOMPARE(toString(verdict.cause), toString(cause));
    QCOMPARE(verdict.sideEffects, sideEffects);
}

/// Whatever else happened: after the marker, or from the start without the script's own proof, nothing goes to another node.
void TestOutcome::nothingIsEverRunAgainAfterTheMarker()
{
    int checked = 0;
    for (const SideEffects effects : {fromStart, afterMarker}) {
        for (int bits = 0; bits < 512; ++bits) {
            PipelineConfig pipeline;
            pipeline.sideEffects = effects;
            pipeline.rerunExitCodes = {75};
            RunEnd end {.spawned = true};
            end.markerSeen = effects == afterMarker;
            end.exitCode = (bits & 1) != 0 ? 1 : 0;
            end.crashed = (bits & 2) != 0;
            end.outputTooLarge = (bits & 4) != 0;
            RunHistory history;
            history.softSignalled = (bits & 8) != 0;
            history.hardLimit = (bits & 16) != 0;
            history.stopAsked = (bits & 32) != 0;
            history.browserLost = (bits & 64) != 0;
            history.loginLost = (bits & 128) != 0;
            OutputFacts outputs;
            outputs.files = (bits & 256) != 0 ? 1 : 0;
            const Verdict verdict = decideOutcome(pipeline, end, history, outputs);
            QVERIFY(verdict.action == publish || verdict.action == hold);
            ++checked;
        }
    }
    QCOMPARE(checked, 1024);
}

QTEST_APPLESS_MAIN(TestOutcome)
#include "tst_outcome.moc"
