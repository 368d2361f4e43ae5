// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/scenerywriter.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// A right-to-left override, markup, and a line break: what nobody may ever see rendered.
const QByteArray hostileName = "Lohn_\u202Egpj.<b>dringend</b>\nrm -rf_KW47.xlsx";

QByteArray logOf(const JobRecord &job, const QByteArrayList &lines)
{
    QByteArray log;
    qint64 at = job.changed.msecsSinceEpoch;
    for (const QByteArray &line : lines) {
        log += utcTimestamp({at}).toUtf8() + " INFO " + job.node.bytes() + " – " + line + '\n';
        at += 1'730;
    }
    return log;
}

const QByteArrayList uploadLines {"reading 640 rows of sheet 'Stunden'",
    "browser on port 9222, portal https://portal.example/upload", "signed in as dtf-robot", "row 40 of 640 uploaded",
    "row 80 of 640 uploaded", "row 120 of 640 uploaded", "warning: row 131 has no cost centre, 4711 is used",
    "row 160 of 640 uploaded", "row 200 of 640 uploaded"};

void writeFailures(SceneryWriter &w)
{
    struct Failure
    {
        const char *agency;
        const char *name;
        int ago;
        JobState state;
        Cause cause;
        const char *detail;
    };
    const Failure failures[] = {
        {"Meridian", "Meridian_KW47_Lohn_0031.xlsx", 640, JobState::Failed, Cause::ExitCode,
            "exit code 3: row 212: unknown personnel number 88123"},
        {"Kontor-24", "Kontor-24_KW47_Stunden_0007.csv", 2'300, JobState::Failed, Cause::NoOutput,
            "exit code 0, but the results folder is empty"},
        {"Hafenlogistik", "Hafenlogistik_KW47_Schichten_Nacht_Werk3_Korrektur_v2_final.xlsx", 5'100, JobState::Failed,
            Cause::HardLimit, "killed after 30 minutes: the last line was 'waiting for the portal'"},
        {"Personal-König", "Personal-König_KW47_Lohn_0112.xlsx", 410, JobState::Hold, Cause::BrowserLost,
            "the browser went away after row 96 of 310: look at the portal before it runs again"},
        {"Weser-Montage", "Weser-Montage_KW47_Stunden_0940.xlsx", 3'900, JobState::Hold, Cause::ZeroRows,
            "exit code 0, but 0 rows were processed"},
    };
    int node = 0;
    for (const Failure &f : failures) {
        JobRecord job = w.file(f.agency, QByteArray(f.name), w.ago(seconds(f.ago + 700)), w.random(9'000, 400'000));
        w.assign(job, 1 + node++ % 6, w.ago(seconds(f.ago + 380)));
        w.start(job, w.ago(seconds(f.ago + 370)));
        w.scenery().logs.insert(job.id, logOf(job, uploadLines + QByteArrayList {f.detail}));
        w.end(job, w.ago(seconds(f.ago)), f.state, f.cause, f.detail);
        const bool held = f.state == JobState::Hold;
        w.alert(f.cause == Cause::ZeroRows ? AlertKind::ZeroRows
                : held                     ? AlertKind::JobHeld
                                           : AlertKind::JobFailed,
            held ? AlertSeverity::Critical : AlertSeverity::Warning, job.id.toBytes26(), w.ago(seconds(f.ago)),
            job.name + ": " + f.detail);
    }
    for (int i = 0; i < 23; ++i) { // the portal had thrown everybody out
        const QByteArray agency = agencies()[i % agencies().size()];
        const QByteArray name = agency + "_KW47_Stunden_" + QByteArray::number(2'100 + i * 7) + ".xlsx";
        JobRecord job = w.file(agency, name, w.ago(seconds(4'000 + i * 45)), w.random(9'000, 400'000));
        w.assign(job, 2, w.ago(seconds(2'500 + i * 9)));
        w.start(job, w.ago(seconds(2'400 + i * 9)));
        w.end(job, w.ago(seconds(2'320 + i * 9)), JobState::Failed, Cause::LoginLost,
            "the portal showed its login page before the first row");
    }
    JobRecord hostile = w.file("", hostileName, w.ago(seconds(1'900)), 12'004);
    w.end(hostile, w.ago(seconds(1'899)), JobState::Rejected, Cause::HostileName, "the name holds U+202E, a line break and '<'");
    JobRecord type = w.file("Zenit-Staffing", "Zenit-Staffing_KW47_Lohn.pdf", w.ago(seconds(8'000)), 220'104);
    w.end(type, w.ago(seconds(7'998)), JobState::Rejected, Cause::TypeNotAccepted, "only .csv, .xlsx and .xls are taken");
}

void writeWork(SceneryWriter &w)
{
    struct Run
    {
        int node;
        const char *name;
        int since;
        int percent;
        const char *line;
    };
    const Run runs[] = {{1, "Nordwind_KW47_Stunden_0412.xlsx", 134, 64, "row 412 of 640 uploaded"},
        {4, "Praca-Łódź_KW47_Lohn_0019.csv", 58, 21, "row 58 of 276 uploaded"},
        {6, "Bruecke-und-Soehne_KW47_Abwesenheit_0003.xlsx", 12, -1, "reading 88 rows of sheet 'Abwesenheit'"}};
    for (const Run &run : runs) {
        const QByteArray name(run.name);
        JobRecord job = w.file(name.left(name.indexOf('_')), name, w.ago(seconds(run.since + 190)), 88'412);
        w.assign(job, run.node, w.ago(seconds(run.since + 3)));
        w.start(job, w.ago(seconds(run.since)));
        w.scenery().logs.insert(job.id, logOf(job, uploadLines));
        for (NodeView &node : w.scenery().state.nodes) {
            if (node.node == SceneryWriter::name(run.node)) {
                w.running(job, node, run.percent, QString::fromUtf8(run.line));
            }
        }
    }
    JobRecord doubt = w.file("Kontor-24", "Kontor-24_KW47_Lohn_0055.xlsx", w.ago(seconds(700)), 31'870);
    w.assign(doubt, 3, w.ago(seconds(412)));
    w.start(doubt, w.ago(seconds(410)));
    doubt.state = JobState::InDoubt;
    doubt.changed = w.ago(seconds(184));
    w.event(AuditKind::JobInDoubt, doubt.changed, &doubt, doubt.node, "orchestrator", "its node is lost while it runs");
    w.add(doubt);
    for (int i = 0; i < 37; ++i) {
        const QByteArray agency = agencies()[(i * 3) % agencies().size()];
        const QByteArray name = agency + "_KW47_Stunden_" + QByteArray::number(3'000 + i * 11) + (i % 4 ? ".xlsx" : ".csv");
        JobRecord job = w.file(agency, name, w.ago(seconds(14 + i * 7)), w.random(9'000, 400'000));
        if (i > 33) {
            w.assign(job, i == 34 ? 1 : i == 35 ? 4 : 6, w.ago(seconds(9)));
        }
        w.add(job);
    }
}

void writeNodes(SceneryWriter &w)
{
    for (int n = 1; n <= 6; ++n) {
        NodeView &node = w.node(n);
        if (n == 2) {
            node.state = u"login_required"_s;
            node.stateDetail = node.beat.browserDetail = u"the portal shows https://portal.example/login"_s;
            node.beat.browserState = BrowserState::LoginRequired;
            node.since = w.ago(seconds(2'315));
        } else if (n == 3) {
            node.state = u"lost"_s;
            node.since = w.ago(seconds(184));
            node.heartbeatAgeMs = 214'000;
            node.assigned = 1;
        } else if (n == 5) {
            node.state = u"paused"_s;
            node.paused = true;
            node.pausedBy = u"operator:anna"_s;
            node.pausedReason = u"Windows update at 15:00"_s;
            node.since = w.ago(seconds(1'140));
        }
    }
    for (int n = 1; n <= 6; ++n) {
        w.event(AuditKind::NodeState, w.ago(seconds(32 * 3'600)), nullptr, w.name(n), "orchestrator", "heard");
    }
    w.event(AuditKind::NodeState, w.ago(seconds(2'315)), nullptr, w.name(2), "agent:DTF-02", "browser login_required: /login");
    w.event(
        AuditKind::NodeState, w.ago(seconds(199)), nullptr, w.name(3), "orchestrator", "suspect: no heartbeat, gets nothing new");
    w.event(AuditKind::NodeState, w.ago(seconds(184)), nullptr, w.name(3), "orchestrator", "lost: silent for 30 s or longer");
    w.event(AuditKind::NodeState, w.ago(seconds(1'140)), nullptr, w.name(5), "operator:anna", "paused: Windows update at 15:00");
    w.event(AuditKind::DispatchPaused, w.ago(seconds(9'000)), nullptr, {}, "operator:bernd", "portal maintenance until 12:15");
    w.event(AuditKind::DispatchResumed, w.ago(seconds(8'100)), nullptr, {}, "operator:bernd", "portal is back");
    w.event(AuditKind::CommandRefused, w.ago(seconds(1'500)), nullptr, w.name(5), "operator:bernd",
        "pause DTF-05: it is paused already (operator:anna)");
    w.alert(AlertKind::LoginNeeded, AlertSeverity::Critical, "DTF-02", w.ago(seconds(2'315)),
        "the portal shows https://portal.example/login");
    w.alert(AlertKind::NodeLost, AlertSeverity::Critical, "DTF-03", w.ago(seconds(184)), "silent for 30 s or longer");
}

} // namespace

Scenery busyFleet()
{
    SceneryWriter w;
    const int until[] = {140, 2'700, 420, 62, 1'140, 16};
    for (int n = 1; n <= 6; ++n) {
        writeDay(w, n, seconds(until[n - 1]));
    }
    writeNodes(w);
    writeFailures(w);
    writeWork(w);
    w.scenery().state.alerts.last().acknowledged =
        Acknowledgement {w.ago(seconds(3'000)), "operator:bernd", "asked Weser-Montage for a new file"};
    const QByteArrayList said {"signed in as dtf-robot", "row 40 of 640 uploaded", "row 80 of 640 uploaded",
        "warning: row 131 has no cost centre, 4711 is used", "error: the portal answered 502, trying again in 5 s",
        "Upload Success (Browser 9222)", "reading 88 rows of sheet 'Abwesenheit'", "<b>not bold</b> \u202Egpj.exe"};
    for (int i = 0; i < 60; ++i) {
        const QByteArray &text = said[(i * 5) % said.size()];
        const LogLevel level = text.startsWith("error") ? LogLevel::Error
            : text.startsWith("warning")                ? LogLevel::Warn
                                                        : LogLevel::Info;
        const NodeName node = SceneryWriter::name(i % 3 == 0 ? 1 : i % 3 == 1 ? 4 : 6);
        LogLines lines;
        lines.node = node;
        lines.lines = {{w.ago(seconds(180 - 3 * i)), level, node.toString(), 0, QString::fromUtf8(text), {}}};
        w.scenery().liveLog.append(lines);
    }
    return w.take();
}

} // namespace dtf
