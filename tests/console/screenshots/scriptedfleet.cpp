// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/scriptedfleet.h"

#include "orchestrator/store/attempts.h"

#include <QBuffer>
#include <QCryptographicHash>
#include <QImage>
#include <QLinearGradient>
#include <QPainter>
#include <QTest>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype rowsAtOnce = 5'000;
constexpr int patienceMs = 60'000;

/// What a browser shows after an upload.
QByteArray portalPage(const NodeName &node)
{
    QImage page(1'280, 800, QImage::Format_RGB32);
    page.fill(QColor(0xf5f6f8));
    QPainter painter(&page);
    painter.fillRect(0, 0, 1'280, 64, QColor(0x24395c));
    QFont font = painter.font();
    font.setPixelSize(26);
    painter.setFont(font);
    painter.setPen(Qt::white);
    painter.drawText(QRect(40, 0, 800, 64), Qt::AlignVCenter, u"Payroll portal"_s);
    painter.drawText(QRect(880, 0, 360, 64), Qt::AlignVCenter | Qt::AlignRight, u"dtf-robot on %1"_s.arg(node.toString()));
    painter.setPen(QColor(0x1b1f24));
    painter.drawText(QRect(40, 90, 900, 50), Qt::AlignVCenter, u"Nordwind: hours of week 47, 412 of 640 rows"_s);
    painter.fillRect(40, 150, 1'200, 22, QColor(0xd7dce3));
    painter.fillRect(40, 150, 772, 22, QColor(0x2f7d4f));
    font.setPixelSize(20);
    painter.setFont(font);
    for (int row = 0; row < 14; ++row) {
        const int top = 200 + row * 40;
        painter.fillRect(40, top, 1'200, 38, row % 2 ? QColor(0xffffff) : QColor(0xeceff3));
        painter.drawText(QRect(60, top, 240, 38), Qt::AlignVCenter, QString::number(88'100 + row * 3));
        painter.drawText(QRect(300, top, 500, 38), Qt::AlignVCenter, u"%1:00 – %2:30"_s.arg(6 + row % 4).arg(14 + row % 4));
        painter.drawText(QRect(900, top, 320, 38), Qt::AlignVCenter | Qt::AlignRight, row < 10 ? u"accepted"_s : u"sending"_s);
    }
    painter.end();
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    page.save(&buffer, "PNG");
    return buffer.data();
}

QByteArray resultBytesOf(const QByteArray &name)
{
    return "row;status\n1;accepted\n# " + name + '\n';
}

OperatorReply taken()
{
    return {true, u"done"_s, u"it is so now"_s, {}, 0};
}

} // namespace

ScriptedFleet::ScriptedFleet(Store &store, Scenery scenery)
    : m_store(store)
    , m_scenery(std::move(scenery))
{
    write();
}

void ScriptedFleet::write()
{
    int open = 0;
    bool good = true;
    const auto commit = [&](const StoreBatch &batch) {
        ++open;
        m_store.commit(batch, [&](const Result<Store::Committed> &done) {
            --open;
            good = good && done.has_value();
        });
        return open < 8 || QTest::qWaitFor([&] { return open < 8; }, patienceMs);
    };
    for (qsizetype at = 0; at < m_scenery.jobs.size(); at += rowsAtOnce) {
        StoreBatch batch;
        batch.jobs = m_scenery.jobs.mid(at, rowsAtOnce);
        good = commit(batch) && good;
    }
    for (qsizetype at = 0; at < m_scenery.audit.size(); at += rowsAtOnce) {
        StoreBatch batch;
        batch.audit = m_scenery.audit.mid(at, rowsAtOnce);
        good = commit(batch) && good;
    }
    m_ready = QTest::qWaitFor([&] { return open == 0; }, patienceMs) && good;
}

JobView ScriptedFleet::shown(JobView view) const
{
    view.lastLine = m_scenery.lastLines.value(view.job);
    return view;
}

QList<JobView> ScriptedFleet::activeJobs(int limit)
{
    QList<JobView> views;
    for (const JobRecord &job : m_scenery.jobs) {
        if (!isFinal(job.state)) {
            views.append(shown(viewOf(job)));
        }
    }
    std::sort(views.begin(), views.end(), [](const JobView &a, const JobView &b) { return a.changed > b.changed; });
    return views.mid(0, limit);
}

void ScriptedFleet::jobs(const JobQuery &query, Callback<JobPage> done)
{
    m_store.jobs(query, [this, done = std::move(done)](Result<JobPage> page) {
        if (page) {
            for (JobView &view : page->jobs) {
                view = shown(view);
            }
        }
        done(std::move(page));
    });
}

void ScriptedFleet::job(const JobId &id, Callback<JobView> done)
{
    m_store.job(id, [this, done = std::move(done)](const Result<JobRecord> &record) {
        done(record ? Result<JobView>(shown(viewOf(*record))) : tl::unexpected(record.error()));
    });
}

/// In the order of the real gates, each node's list up to the first that fails.
void ScriptedFleet::why(const JobId &id, Callback<WhyView> done)
{
    job(id, [this, done = std::move(done)](const Result<JobView> &view) {
        if (!view) {
            done(tl::unexpected(view.error()));
            return;
        }
        WhyView why;
        why.job = *view;
        why.verdict = view->state == JobState::Waiting ? u"waiting-for-node"_s : QString(toString(view->state));
        why.detail = view->detail;
        const QList<std::pair<QString, QString>> failing {{u"lost"_s, u"pool"_s}, {u"paused"_s, u"in-service"_s},
            {u"login_required"_s, u"browser-ready"_s}, {u"busy"_s, u"capacity"_s}};
        for (const NodeView &node : m_scenery.state.nodes) {
            WhyNode row {node.node, {}};
            for (const auto &[state, gate] : failing) {
                const bool pass = node.state != state;
                row.gates.append({gate, pass,
                    pass                          ? QString()
                        : gate == u"in-service"_s ? u"paused by %1: %2"_s.arg(node.pausedBy, node.pausedReason)
                        : gate == u"capacity"_s   ? u"2 of 2 places taken"_s
                                                  : node.stateDetail});
                if (!pass) {
                    break;
                }
            }
            why.nodes.append(row);
        }
        done(why);
    });
}

void ScriptedFleet::attempts(const JobId &id, Callback<AttemptsView> done)
{
    AuditQuery query;
    query.job = id;
    query.limit = 1'000;
    m_store.audit(query, [id, done = std::move(done)](const Result<AuditPage> &page) {
        done(page.map([&](const AuditPage &rows) { return AttemptsView {id, attemptsOf(id, rows.rows)}; }));
    });
}

void ScriptedFleet::results(const JobId &id, Callback<ResultsView> done)
{
    m_store.job(id, [id, done = std::move(done)](const Result<JobRecord> &job) {
        if (!job) {
            done(tl::unexpected(job.error()));
            return;
        }
        ResultsView view {id, {}, {}, u"it is not done, so it has no results"_s};
        if (job->state == JobState::Done) {
            view.place = QString::fromUtf8(job->place);
            view.note.clear();
            for (const char *name : {"upload-protocol.csv", "receipt.txt"}) {
                const QByteArray bytes = resultBytesOf(name);
                view.files.append({QString::fromLatin1(name), bytes.size(),
                    QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex()});
            }
        }
        done(view);
    });
}

void ScriptedFleet::resultBytes(const JobId &, const QByteArray &name, qint64 offset, Callback<QByteArray> done)
{
    done(resultBytesOf(name).mid(offset));
}

FiguresView ScriptedFleet::figures()
{
    constexpr int minutes = 60;
    FiguresView view {m_scenery.state.summary.time, 60, {}};
    int number = 0;
    for (const NodeView &node : std::as_const(m_scenery.state.nodes)) {
        NodeFigures figures {node.node, {}, {}};
        for (int minute = 0; minute < minutes; ++minute) {
            const bool busy = (minute + 7 * number) % 17 < 11;
            const bool heard = node.beat.seq > 0 && !(node.state == u"lost"_s && minute > minutes - 5);
            figures.busyPercent.append(!heard ? -1 : busy ? 100 : 0);
            figures.cpuPercent.append(!heard ? -1 : busy ? 40 + (minute * 13 + number * 7) % 35 : 4 + minute % 5);
        }
        view.nodes.append(figures);
        ++number;
    }
    return view;
}

void ScriptedFleet::jobLog(const JobId &id, Epoch, qint64 offset, Callback<QByteArray> done)
{
    const auto log = m_scenery.logs.constFind(id);
    if (log == m_scenery.logs.cend()) {
        done(fail(ErrorCode::NotFound, u"this file has not run yet, so it has no log"_s));
    } else {
        done(log->mid(offset));
    }
}

void ScriptedFleet::auditCheck(Callback<AuditCheck> done)
{
    m_store.auditCheck([this, done = std::move(done)](Result<AuditCheck> check) {
        if (check && check->time.msecsSinceEpoch != 0) {
            check->time = m_scenery.state.summary.time; // the only wall clock in sight
        }
        done(std::move(check));
    });
}

void ScriptedFleet::history(int hours, Callback<HistoryView> done)
{
    HistoryQuery query;
    query.now = m_scenery.state.summary.time;
    query.hours = hours;
    for (const NodeView &node : std::as_const(m_scenery.state.nodes)) {
        query.nodes.append({node.node, node.state.toLatin1(), node.since});
    }
    m_store.history(query, std::move(done));
}

void ScriptedFleet::jobCommand(
    const JobId &, JobAction, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done)
{
    done(taken());
}

void ScriptedFleet::nodeCommand(
    const NodeName &, NodeAction, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done)
{
    done(taken());
}

void ScriptedFleet::dispatchCommand(bool, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done)
{
    done(taken());
}

void ScriptedFleet::acknowledgeAlert(
    AlertKind, const QByteArray &, const OperatorRequest &, const QByteArray &, Callback<OperatorReply> done)
{
    done(taken());
}

void ScriptedFleet::pictureOf(const NodeName &node, const QByteArray &, Callback<QByteArray> done)
{
    done(portalPage(node));
}

void ScriptedFleet::selfCheckOf(const NodeName &node, const QByteArray &, Callback<CheckData> done)
{
    done(CheckData {node, 1, m_scenery.state.summary.time,
        {{u"state"_s, true, u"/var/lib/dtf-agent"_s},
            {u"scratch space"_s, true, u"2210 MB free: soon too little; make room on that disk"_s, true},
            {u"share"_s, true, u"/mnt/dtf, id 6f0a"_s}, {u"share writable"_s, true, u"write, rename and remove work"_s},
            {u"browser"_s, true, u"/usr/bin/google-chrome"_s},
            {u"pipeline"_s, false, u"the program node is not there or can't be run"_s}},
        {}});
}

} // namespace dtf
