// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/shareproof.h"

#include "common/setup/patience.h"
#include "common/setup/shareprobe.h"
#include "common/share/localsharefs.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString adviceFor(ErrorCode code, const QString &who)
{
    switch (code) {
    case ErrorCode::ReadOnly:
        return u"it is mounted read-only: mount it for reading and writing"_s;
    case ErrorCode::NoSpace:
        return u"make room on it, or raise its quota"_s;
    case ErrorCode::PermissionDenied:
        return u"give the account %1 the right to change files there"_s.arg(who);
    case ErrorCode::Busy:
        return u"some program (a virus scanner?) holds fresh files: leave this share's folder .dtf out of its scans"_s;
    case ErrorCode::ShareDown:
        return u"it went away while it was tried: look at the network and the server"_s;
    default:
        return u"look at the server's and this machine's logs; the share must be able to do that"_s;
    }
}

CheckRow failedRow(const QString &what, const IoError &error, const char *deed, const QString &who)
{
    const Error told = toError(error, QLatin1StringView(deed), {});
    const bool ourOwn = error.kind == IoKind::Trouble && error.code == 0;
    const QString detail = ourOwn ? QString::fromUtf8(deed) + u": what came back is not what was given"_s
                                  : QString(told.detail).replace(u" :"_s, u":"_s).trimmed();
    return isBad(what, detail, adviceFor(told.code, who));
}

QString fileSystemOf(const QString &root)
{
    return QString::fromUtf8(QStorageInfo(root).fileSystemType());
}

/// One run of the proof; its steps in order, until one fails that the next ones need.
class Proof
{
public:
    Proof(const ShareProofPlan &plan, Findings &findings)
        : m_plan(plan)
        , m_findings(findings)
        , m_io(makeShareIo(plan.root))
        , m_who(plan.account ? plan.account->name : ownAccountName())
    { }
    void run();

private:
    [[nodiscard]] bool isThere();
    [[nodiscard]] bool isTheRightOne();
    void hasItsFolders();
    void prove(ShareProbe &probe);
    void tell(const QString &what, const Io<QString> &answer, const char *deed)
    {
        m_findings.add(answer ? isGood(what, *answer) : failedRow(what, answer.error(), deed, m_who));
    }

    const ShareProofPlan &m_plan;
    Findings &m_findings;
    std::unique_ptr<ShareIo> m_io;
    QString m_who;
    bool m_hasSentinel = false;
};

bool Proof::isThere()
{
    m_findings.begin(u"to look at %1"_s.arg(m_plan.root));
    const QFileInfo info(m_plan.root);
    const QString parent = info.path();
    if (!canEnter(m_plan.root) && QFileInfo(parent).isDir() && !canEnter(parent)) {
        m_findings.add(
            isBad(u"share"_s, u"%1 can't be looked at: the account %2 may not enter %3"_s.arg(m_plan.root, m_who, parent),
                u"give it the right to (x) on that folder, or mount the share elsewhere, e.g. below /srv"_s));
        return false;
    }
    if (!info.isDir()) {
        m_findings.add(
            isBad(u"share"_s, info.exists() ? u"%1 is no folder"_s.arg(m_plan.root) : u"%1 is not there"_s.arg(m_plan.root),
                u"mount the share, or name the right folder ([share] root)"_s));
        return false;
    }
    return true;
}

bool Proof::isTheRightOne()
{
    m_findings.begin(u"to read DTF_SHARE_ID"_s);
    LocalShareFs share(m_plan.root, {});
    if (!m_plan.expectedUuid.isEmpty()) {
        share.bind(m_plan.expectedUuid);
    }
    const Result<ShareIdentity> identity = share.identity();
    const QString where = u"%1 on %2"_s.arg(m_plan.root, fileSystemOf(m_plan.root));
    if (identity) {
        m_hasSentinel = true;
        m_findings.add(isGood(
            u"share"_s, u"%1, id %2, layout %3"_s.arg(where, QLatin1StringView(identity->uuid)).arg(identity->layoutVersion)));
        return true;
    }
    const auto sentinel = m_io->look(layout::sentinel());
    const bool missing = !sentinel && sentinel.error().kind == IoKind::NotFound;
    if (missing && !m_plan.laidOut) {
        m_findings.add(isGood(u"share"_s, where + u", not laid out yet"_s));
        return true;
    }
    const QString detail = identity.error().detail;
    if (missing) {
        m_findings.add(isBad(u"share"_s, u"%1 holds no DTF_SHARE_ID"_s.arg(where),
            u"mount the share if it is not mounted; a new one is laid out by dtf-orchestrator setup or --init-share"_s));
    } else if (identity.error().code == ErrorCode::ShareWrong) {
        m_findings.add(isBad(
            u"share"_s, detail, u"mount the right share; after a deliberate move start each program once with --adopt-share"_s));
    } else if (identity.error().code == ErrorCode::VersionMismatch) {
        m_findings.add(isBad(u"share"_s, detail, u"install the release that fits this share"_s));
    } else {
        m_findings.add(isBad(u"share"_s, detail, u"give the account %1 the right to read it"_s.arg(m_who)));
    }
    return false;
}

void Proof::hasItsFolders()
{
    if (!m_hasSentinel) {
        return;
    }
    QStringList missing;
    for (const SharePath &folder : layout::folders(m_plan.nodes)) {
        m_findings.begin(u"to look at %1"_s.arg(QString::fromUtf8(folder)));
        const auto entry = m_io->look(folder);
        if (!entry || entry->kind != EntryKind::Directory) {
            missing.append(QString::fromUtf8(folder));
        }
    }
    m_findings.add(missing.isEmpty() ? isGood(u"share folders"_s, u"all there"_s)
                                     : isBad(u"share folders"_s, u"missing or no folder: %1"_s.arg(missing.join(u", "_s)),
                                         u"run dtf-orchestrator --init-share with every node in its configuration"_s));
}

void Proof::prove(ShareProbe &probe)
{
    const auto step = [this](const char *what) { m_findings.begin(QString::fromUtf8(what)); };
    step("to write a file and read it back");
    const auto written = probe.writeAndReadBack();
    tell(u"share writable"_s, written, "write");
    if (!written) {
        return;
    }
    step("to flush folders");
    tell(u"share flush"_s, probe.flush(), "flush");
    step("to rename a file");
    const auto renamed = probe.rename();
    tell(u"share rename"_s, renamed, "rename");
    if (renamed) {
        const ShareProbe::Race race =
            probe.race(m_plan.rounds, [&](int round) { m_findings.begin(u"a rename race, round %1"_s.arg(round + 1)); });
        m_findings.add(race.wrong.isEmpty()
                ? isGood(u"share rename race"_s,
                    u"%1 of %1 races had one winner%2"_s.arg(race.rounds)
                        .arg(race.unclear > 0 ? u", %1 replies were lost"_s.arg(race.unclear) : QString()))
                : isBad(u"share rename race"_s, race.wrong,
                    u"this share lets two machines take one file: it must not be used; try another server or mount"_s));
        step("a rename onto a name that is taken");
        const auto refused = probe.noReplace();
        if (!refused && refused.error().kind == IoKind::Unsupported) {
            m_findings.add(isDoubtful(u"share no-replace"_s, u"this mount has no rename that refuses a taken name"_s,
                u"nothing need be done: all names are unique; a kernel mount or Windows would have it"_s));
        } else if (!refused && refused.error().kind == IoKind::Exists) {
            m_findings.add(isBad(u"share no-replace"_s, u"a rename replaced a file although it was told not to"_s,
                u"this share must not be used; try another server or mount"_s));
        } else {
            tell(u"share no-replace"_s, refused, "rename without replacing");
        }
        if (m_hasSentinel) {
            step("renames between all folders");
            const auto apart = probe.otherVolumes(layout::folders(m_plan.nodes));
            m_findings.add(apart.isEmpty()
                    ? isGood(u"share volume"_s, u"all folders are on one"_s)
                    : isBad(u"share volume"_s, u"on another volume: %1"_s.arg(apart.join(u", "_s)),
                        u"files can't be moved there in one step: have every folder of the share on one volume, nothing mounted below"_s));
        }
    }
    step("the longest names");
    tell(u"share names"_s, probe.longNames(), "make a file with a name of 255 bytes");
    step("upper and lower case");
    tell(u"share case"_s, probe.letterCase(), "look at a name in other case");
}

void Proof::run()
{
    if (m_plan.account && !actAs(*m_plan.account)) {
        m_findings.add(isDoubtful(u"share account"_s, u"tried as %1, not as %2"_s.arg(ownAccountName(), m_who),
            u"run this as root, or as %1"_s.arg(m_who)));
        m_who = ownAccountName();
    }
    if (!isThere() || !isTheRightOne()) {
        return;
    }
    hasItsFolders();
    m_findings.begin(u"to make a folder"_s);
    ShareProbe probe(*m_io, m_plan.root, m_hasSentinel ? layout::probeDir() : SharePath());
    if (const auto made = probe.begin(); !made) {
        m_findings.add(failedRow(u"share writable"_s, made.error(), "make a folder", m_who));
    } else {
        prove(probe);
        m_findings.begin(u"to remove what was made"_s);
        if (const auto left = probe.end(); !left) {
            m_findings.add(isDoubtful(
                u"share clean-up"_s, toError(left.error(), "remove"_L1, probe.folder()).detail, u"remove the folder by hand"_s));
        }
    }
    m_findings.begin(u"to ask for the free space"_s);
    const auto free = m_io->freeBytes();
    if (!free) {
        m_findings.add(isDoubtful(
            u"share space"_s, toError(free.error(), "ask for free space"_L1, {}).detail, u"watch its space on the server"_s));
        return;
    }
    const QString found = u"%1 MB free"_s.arg(*free / 1'000'000);
    m_findings.add(*free >= m_plan.neededBytes
            ? isGood(u"share space"_s, found)
            : isBad(u"share space"_s, u"%1, %2 MB are needed"_s.arg(found).arg(m_plan.neededBytes / 1'000'000),
                u"make room on it, or raise its quota"_s));
}

} // namespace

void tryShare(const ShareProofPlan &plan, Findings &findings)
{
    Proof(plan, findings).run();
}

QList<CheckRow> proveShare(const ShareProofPlan &plan)
{
    return tryPatiently(u"share"_s, sharePatience, shareProofLimit, [plan](Findings &findings) { tryShare(plan, findings); });
}

} // namespace dtf
