// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/work/offlinedesk.h"

#include "agent/work/sharetasks.h"
#include "common/core/logging.h"
#include "common/share/localname.h"
#include "common/share/namepolicy.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

DTF_LOG_CATEGORY(lcDesk, "agent.offline")

namespace {

constexpr qsizetype mostLooks = 1'024; ///< files of incoming/ looked at in one round; the others have their turn later
constexpr int reportsAtOnce = 256;
constexpr milliseconds stillOpen {1'000};
constexpr milliseconds couldNotMove {60'000};
constexpr milliseconds moveAgain {5'000};
constexpr int mostMoves = 12; ///< of a file that was given back; the next start of the agent tries again

QByteArray reason(const JobId &job, const NodeName &node, const QByteArray &name, Epoch epoch, RunAction outcome, Cause cause,
    const QString &detail)
{
    QJsonObject o {{u"job"_s, job.toString()}, {u"name"_s, QString::fromUtf8(name)}, {u"node"_s, node.toString()},
        {u"outcome"_s, QString(toString(outcome))}, {u"cause"_s, QString(toString(cause))}, {u"detail"_s, detail}};
    if (epoch > 0) {
        o.insert(u"attempt"_s, qint64 {epoch});
    }
    return QJsonDocument(o).toJson(QJsonDocument::Indented);
}

} // namespace

OfflineDesk::OfflineDesk(Place place, const Intake::Rules &rules, WorkEngine &engine, ShareWorker &share, const Clock &clock)
    : m_place(std::move(place))
    , m_types(rules.types)
    , m_intake(rules)
    , m_engine(engine)
    , m_share(share)
    , m_clock(clock)
{
    connect(&m_timer, &QTimer::timeout, this, &OfflineDesk::look);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, qOverload<>(&OfflineDesk::tell));
    // Queued: an answer from within the engine's own step would be a step inside a step.
    connect(&m_engine, &WorkEngine::reportsPending, this, qOverload<>(&OfflineDesk::tell), Qt::QueuedConnection);
}

Result<void> OfflineDesk::checkFolder(const QString &root)
{
    if (QFileInfo::exists(root + u'/' + localName(layout::lease()))) {
        return fail(ErrorCode::Forbidden,
            u"%1 is a pool's share: an orchestrator works on it or has done so; set offline_dir to a folder of its own"_s.arg(
                root));
    }
    return {};
}

void OfflineDesk::start(milliseconds every)
{
    m_timer.start(every);
    look();
    QMetaObject::invokeMethod(this, qOverload<>(&OfflineDesk::tell), Qt::QueuedConnection);
}

void OfflineDesk::stop()
{
    m_timer.stop();
}

void OfflineDesk::look()
{
    if (!m_looking) {
        m_looking = m_share.run([uuid = m_place.uuid, types = m_types](ShareFs &fs) { return lookAtIncoming(fs, uuid, types); },
            [this](const Looks &looks) { looked(looks); }, this);
    }
}

OfflineDesk::Looks OfflineDesk::lookAtIncoming(ShareFs &fs, const QByteArray &uuid, const QList<QByteArray> &types)
{
    Looks looks;
    const auto listed = sharetasks::checkShare(fs, uuid).and_then([&] { return fs.list(layout::incoming(), false); });
    if (!listed) {
        looks.trouble = listed.error().detail;
        return looks;
    }
    QList<QByteArray> names;
    for (const EntryInfo &entry : *listed) {
        if (judgeName(entry.name, types).kind != NameVerdict::Kind::Ignore) {
            names.append(entry.name);
        }
    }
    std::sort(names.begin(), names.end());
    names.resize(std::min(names.size(), mostLooks));
    for (const QByteArray &name : std::as_const(names)) {
        auto seen = fs.look(layout::incoming(name));
        if (seen) {
            seen->name = name;
            looks.seen.append(*seen);
        } else if (seen.error().code != ErrorCode::NotFound) {
            looks.trouble = seen.error().detail;
            return looks;
        }
    }
    return looks;
}

void OfflineDesk::looked(const Looks &looks)
{
    m_looking = false;
    if (looks.trouble != m_trouble) {
        m_trouble = looks.trouble;
        qCWarning(lcDesk).noquote() << m_place.root
                + (m_trouble.isEmpty() ? u"/incoming can be looked at again"_s : u"/incoming can't be looked at: "_s + m_trouble);
    }
    if (looks.trouble.isEmpty() && m_timer.isActive()) {
        for (const Intake::Settled &file : m_intake.apply(looks.seen, m_clock.now().mono)) {
            take(file);
        }
    }
}

void OfflineDesk::take(const Intake::Settled &file)
{
    const bool posted = m_share.run(
        [place = m_place, file, job = m_ids.next(m_clock.now().wall)](ShareFs &fs) { return takeIn(fs, place, file, job); },
        [this, file](const Taken &result) { taken(file, result); }, this);
    if (!posted) {
        m_intake.retry(file.seen.name, m_clock.now().mono, stillOpen);
    }
}

OfflineDesk::Taken OfflineDesk::takeIn(ShareFs &fs, const Place &place, const Intake::Settled &file, const JobId &job)
{
    Taken taken;
    taken.refused = file.refuse;
    taken.why = file.why;
    const SharePath source = layout::incoming(file.seen.name);
    if (file.seen.kind == EntryKind::File) {
        const Result<ClosedLook> look = fs.lookWhetherClosed(source);
        taken.open = look && !look->closed;
        if (taken.open) {
            return taken;
        }
        // What can't be read would lie in processing/ without anybody saying so: it stays where its producer can mend it.
        const auto readable = look.and_then([&](const ClosedLook &) { return fs.readRange(source, 0, 1); });
        if (!readable && readable.error().code != ErrorCode::NotFound && file.refuse == Cause::None) {
            taken.move = {MoveOutcome::Failed, readable.error(), false};
            return taken;
        }
    }
    const SharePath refused = layout::rejected(job, safeName(file.seen.name));
    const SharePath assigned = layout::assigned(place.node, {job, 1, {}, file.seen.name});
    taken.target = file.refuse == Cause::None ? assigned : refused;
    taken.move = sharetasks::move(fs, place.uuid, source, taken.target);
    if (taken.move.outcome == MoveOutcome::Moved && file.refuse == Cause::None) {
        const auto arrived = fs.look(assigned);
        const bool changed = arrived
            && (arrived->size != file.seen.size || arrived->mtimeNs != file.seen.mtimeNs || arrived->fileId != file.seen.fileId);
        if (changed && sharetasks::move(fs, place.uuid, assigned, refused).outcome == MoveOutcome::Moved) {
            taken.target = refused;
            taken.refused = Cause::ChangedMeanwhile;
            taken.why = "the file changed while it was being moved";
        }
    }
    if (taken.move.outcome == MoveOutcome::Moved && taken.refused != Cause::None) {
        (void)fs.writeSmall(layout::sidecar(taken.target),
            reason(job, place.node, file.seen.name, 0, RunAction::Reject, taken.refused, QString::fromUtf8(taken.why)),
            false); // for people; the log says the same
    }
    return taken;
}

void OfflineDesk::taken(const Intake::Settled &file, const Taken &result)
{
    const QString name = QString::fromUtf8(file.seen.name);
    const MonoTime now = m_clock.now().mono;
    if (result.open) {
        m_intake.retry(file.seen.name, now, stillOpen);
    } else if (result.move.outcome == MoveOutcome::Lost) {
        qCInfo(lcDesk).noquote() << name + u": gone from incoming before it was taken"_s;
    } else if (result.move.outcome != MoveOutcome::Moved) {
        qCWarning(lcDesk).noquote() << name + u": can't be moved out of incoming ("_s + result.move.error.detail
                + u"); it is tried again"_s;
        m_intake.retry(file.seen.name, now, couldNotMove);
    } else if (result.refused != Cause::None) {
        qCWarning(lcDesk).noquote() << name + u": rejected: "_s + QString::fromUtf8(result.why) + u"; see "_s + m_place.root
                + u'/' + QString::fromUtf8(result.target);
    } else {
        qCInfo(lcDesk).noquote() << name + u": taken from incoming, it waits as "_s + QString::fromUtf8(result.target);
        m_engine.hint();
    }
}

void OfflineDesk::tell()
{
    while (!m_moving && !m_again.isActive()) {
        const QList<Report> reports = m_engine.pendingReports(reportsAtOnce);
        const auto released =
            std::find_if(reports.begin(), reports.end(), [](const Report &r) { return r.kind == ReportKind::Released; });
        std::for_each(reports.begin(), released, [this](const Report &report) { tell(report); });
        m_engine.acknowledge(static_cast<int>(released - reports.begin()));
        if (released != reports.end()) {
            moveOn(*released);
        } else if (reports.size() < reportsAtOnce) {
            return;
        }
    }
}

void OfflineDesk::tell(const Report &report) const
{
    const QString where = m_place.root + u'/';
    const TokenName token {report.job, report.epoch, report.tokenBoot, report.name.toUtf8()};
    const QString why = u" ("_s + toString(report.cause) + u"): "_s + report.detail;
    const QString end = report.sideEffects ? u"; it may have been uploaded, look before it is run again: "_s : u"; see "_s;
    const auto sidecar = [&](const SharePath &path) { return where + QString::fromUtf8(layout::sidecar(path)); };
    switch (report.kind) {
    case ReportKind::Started:
        qCInfo(lcDesk).noquote() << report.name + u": started, attempt %1, job "_s.arg(report.epoch) + report.job.toString();
        break;
    case ReportKind::Done:
        qCInfo(lcDesk).noquote() << report.name + u": done, see "_s + where + report.detail;
        break;
    case ReportKind::Held:
        qCWarning(lcDesk).noquote() << report.name + u": on hold"_s + why + end + sidecar(layout::hold(token));
        break;
    case ReportKind::Failed:
        qCWarning(lcDesk).noquote() << report.name + u": failed"_s + why + end + sidecar(layout::failed(token));
        break;
    case ReportKind::Rejected:
        qCWarning(lcDesk).noquote() << report.name + u": rejected"_s + why + end
                + sidecar(layout::rejected(token.job, token.name));
        break;
    case ReportKind::Fenced:
    case ReportKind::Late:
    case ReportKind::Foreign:
        qCWarning(lcDesk).noquote() << report.name + u": "_s + report.detail;
        break;
    case ReportKind::Claimed:
    case ReportKind::Exited:
    case ReportKind::Committed:
    case ReportKind::Released:
    case ReportKind::CommandDone:
        break;
    }
}

/// Given back unharmed: there is no other node, so again here, or to failed/ after too many attempts.
void OfflineDesk::moveOn(const Report &report)
{
    const TokenName running {report.job, report.epoch, report.tokenBoot, report.name.toUtf8()};
    TokenName next = running;
    next.boot = {};
    ++next.epoch;
    const bool again = afterRelease(report.epoch) == ReleaseStep::RunAgain;
    const SharePath target = again ? layout::assigned(m_place.node, next) : layout::failed(running);
    const QByteArray sidecar = again ? QByteArray()
                                     : reason(running.job, m_place.node, running.name, running.epoch, RunAction::Fail,
                                         Cause::AttemptsExhausted, report.detail);
    m_moving = m_share.run(
        [place = m_place, running, target, sidecar](ShareFs &fs) {
            Taken taken;
            taken.target = target;
            taken.move = sharetasks::move(fs, place.uuid, layout::running(place.node, running), target);
            if (taken.move.outcome == MoveOutcome::Moved && !sidecar.isEmpty()) {
                (void)fs.writeSmall(layout::sidecar(target), sidecar, false);
            }
            return taken;
        },
        [this, report](const Taken &result) { movedOn(report, result); }, this);
    if (!m_moving) {
        m_again.start(moveAgain);
    }
}

void OfflineDesk::movedOn(const Report &report, const Taken &result)
{
    m_moving = false;
    const bool settled = result.move.outcome == MoveOutcome::Moved || result.move.outcome == MoveOutcome::Lost;
    if (!settled && ++m_moveTries < mostMoves) {
        m_again.start(moveAgain);
        return;
    }
    m_moveTries = 0;
    const QString why = u" ("_s + toString(report.cause) + u"): "_s + report.detail;
    if (!settled) {
        qCCritical(lcDesk).noquote() << report.name + u": given back"_s + why + u"; it can't be moved on ("_s
                + result.move.error.detail + u"), the next start of the agent tries again"_s;
    } else if (result.move.outcome == MoveOutcome::Lost) {
        qCInfo(lcDesk).noquote() << report.name + u": given back"_s + why + u"; it has gone on already"_s;
    } else if (afterRelease(report.epoch) == ReleaseStep::RunAgain) {
        qCWarning(lcDesk).noquote() << report.name + u": given back"_s + why + u"; nothing was uploaded, so it is run again"_s;
    } else {
        qCWarning(lcDesk).noquote() << report.name + u": failed after %1 attempts"_s.arg(report.epoch) + why + u"; see "_s
                + m_place.root + u'/' + QString::fromUtf8(result.target);
    }
    m_engine.acknowledge(1); // it is still the first: nobody else acknowledges
    m_engine.hint();
    tell();
}

} // namespace dtf
