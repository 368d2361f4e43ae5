// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/shareproof.h"
#include "common/share/localsharefs.h"
#include "tests/smb/ownground.h"
#include "tests/smb/smbground.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <csignal>

namespace dtf {

using namespace Qt::StringLiterals;

/// The proof of a share on a real file server, and when that server falls silent.
class SmbProof : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { SKIP_WITHOUT_OWN_GROUND(); }
    void aServersShareIsProven();
    void aSilentServerIsTold();

private:
    static const CheckRow *rowOf(const QList<CheckRow> &rows, const char *what)
    {
        const auto found =
            std::find_if(rows.cbegin(), rows.cend(), [&](const CheckRow &row) { return row.what == QLatin1StringView(what); });
        return found == rows.cend() ? nullptr : &*found;
    }
};

void SmbProof::aServersShareIsProven()
{
    SmbGround ground;
    const QString served = ground.folder() + u"/served"_s;
    QVERIFY(QDir().mkpath(served) && ground.startServer(served) && ground.mount(u"agent"_s));
    const QList<NodeName> nodes {*NodeName::parse("DTF-01")};
    QVERIFY(LocalShareFs(served, {}).initialise(nodes));
    ShareProofPlan plan;
    plan.root = ground.root(u"agent"_s);
    plan.nodes = nodes;
    plan.neededBytes = 1'000'000;
    QElapsedTimer took;
    took.start();
    const QList<CheckRow> rows = proveShare(plan);
    qInfo("proven over SMB in %lld ms", static_cast<long long>(took.elapsed()));
    QVERIFY2(allWell(rows), checksAsText(rows).constData());
    QVERIFY2(rowOf(rows, "share rename race") && rowOf(rows, "share names"), checksAsText(rows).constData());
    QVERIFY2(rowOf(rows, "share no-replace"), checksAsText(rows).constData()); // some versions of this client can, some can't
    const CheckRow *space = rowOf(rows, "share space"); // it does not ask its server
    QVERIFY2(space && space->state == CheckState::Warning, checksAsText(rows).constData());
    QVERIFY(!rowOf(rows, "share clean-up"));
    QVERIFY(QDir(served + u"/.dtf/probe"_s).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

void SmbProof::aSilentServerIsTold()
{
    SmbGround ground;
    const QString served = ground.folder() + u"/served"_s;
    QVERIFY(QDir().mkpath(served) && ground.startServer(served) && ground.mount(u"agent"_s));
    QVERIFY(LocalShareFs(served, {}).initialise({}));
    ShareProofPlan plan;
    plan.root = ground.root(u"agent"_s);
    ground.signalServer(SIGSTOP);
    QElapsedTimer took;
    took.start();
    const QList<CheckRow> rows = proveShare(plan);
    qInfo("a silent server was told after %lld ms", static_cast<long long>(took.elapsed()));
    ground.signalServer(SIGCONT);
    QVERIFY2(!allWell(rows), checksAsText(rows).constData());
    QVERIFY2(!rows.last().advice.isEmpty(), checksAsText(rows).constData());
    QVERIFY(took.elapsed() < 60'000); // no mount's own time-out, which is a minute and more
}

} // namespace dtf

SMB_TEST_MAIN(dtf::SmbProof)
#include "tst_proof.moc"
