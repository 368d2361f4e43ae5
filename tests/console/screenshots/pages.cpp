// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/pages.h"

#include "console/models/resultsmodel.h"
#include "console/views/alertsview.h"
#include "console/views/detailview.h"
#include "console/views/evidencepage.h"
#include "console/views/filesview.h"
#include "console/views/logview.h"
#include "console/views/nodesview.h"
#include "console/views/pictureview.h"
#include "console/views/selfcheckview.h"
#include "console/views/timelinepage.h"
#include "orchestrator/tlsidentity.h"
#include "tests/console/screenshots/album.h"
#include "tests/console/screenshots/tour.h"
#include "tests/support/certificates.h"
#include "tests/support/tlsserver.h"
#include <QTableWidget>

#include <QDockWidget>
#include <QTableView>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

Tour::Wanted in(JobState state)
{
    return [state](const JobView &job) { return job.state == state; };
}

Tour::Wanted withCause(Cause cause)
{
    return [cause](const JobView &job) { return job.cause == cause; };
}

QTableView *stepsOf(const MainWindow &window)
{
    return window.detail()->findChild<TimelinePage *>()->findChild<QTableView *>();
}

void photographFiles(Tour &tour)
{
    MainWindow &window = tour.stage().window();
    tour.choose(withCause(Cause::ExitCode));
    tour.key(Qt::Key_Return);
    tour.settle(u"the steps"_s, [&] { return stepsOf(window)->model()->rowCount() > 3; });
    tour.stage().files()->setFocus();
    tour.take(u"overview"_s);
    tour.key(Qt::Key_L);
    tour.take(u"log-of-file"_s);
    tour.choose(in(JobState::Waiting));
    tour.key(Qt::Key_W);
    tour.take(u"why"_s);
    window.files()->bar()->showStates({JobState::Rejected});
    tour.choose(withCause(Cause::HostileName));
    tour.take(u"rejected"_s);
    window.detail()->showPage(DetailView::Page::Facts);
    tour.take(u"facts"_s);
    window.files()->bar()->showStates({JobState::Done});
    tour.choose(in(JobState::Done));
    window.detail()->showPage(DetailView::Page::Evidence);
    tour.settle(u"the results"_s, [&] { return window.detail()->evidence()->results()->rowCount() > 0; });
    tour.take(u"evidence"_s);
    window.files()->bar()->showStates({JobState::Failed});
    window.files()->bar()->setCause(Cause::LoginLost);
    tour.choose(withCause(Cause::LoginLost));
    tour.key(Qt::Key_Return);
    tour.take(u"filtered"_s);
    window.files()->bar()->setCause(Cause::None);
    window.files()->bar()->showStates({});
}

void photographDocks(Tour &tour)
{
    MainWindow &window = tour.stage().window();
    window.showAlert(AlertKind::LoginNeeded, "DTF-02");
    tour.take(u"alerts"_s);
    tour.stage().raise("log");
    if (!tour.stage().playLog()) {
        tour.miss(u"the live log"_s);
    }
    window.log()->table()->setFocus();
    tour.take(u"live-log"_s);
    tour.stage().raise("audit");
    auto *audit = window.findChild<QDockWidget *>(u"audit"_s)->findChild<QTableView *>();
    tour.settle(u"the audit"_s, [&] { return audit->model()->rowCount() > 0; });
    audit->setFocus();
    audit->setCurrentIndex(audit->model()->index(1, 0));
    tour.take(u"audit"_s);
    if (auto *charts = window.findChild<QDockWidget *>(u"charts"_s)) {
        tour.stage().raise("charts");
        tour.take(u"charts"_s);
        window.resizeDocks({charts}, {window.height() * 55 / 100}, Qt::Vertical);
        tour.take(u"charts-large"_s);
    }
    tour.resetLayout();
    const auto node = tour.stage().scenery().state.nodes.first().node;
    window.nodes()->table()->setFocus(); // where it goes when the page that had it is covered differs from Qt to Qt
    window.nodes()->select(node);
    QTest::keyClick(window.nodes()->table(), Qt::Key_V);
    const auto *canvas = window.findChild<PictureCanvas *>();
    tour.settle(u"the picture"_s, [&] { return !canvas->image().isNull(); });
    tour.take(u"picture"_s);
    tour.resetLayout();
    window.nodes()->table()->setFocus();
    window.nodes()->select(node);
    QTest::keyClick(window.nodes()->table(), Qt::Key_T);
    const auto *checks = window.findChild<SelfCheckView *>();
    tour.settle(u"the self-check"_s, [&] { return checks->table()->rowCount() > 0; });
    tour.take(u"self-check"_s);
    tour.resetLayout();
}

void photographCertificates(Tour &tour)
{
    Certificates made;
    const Certificates::Made own = made.make({.name = u"own"_s, .commonName = u"dtf-orch"_s});
    const auto identity = loadTlsIdentity(own.certificate, own.key);
    if (!identity) {
        tour.miss(identity.error().detail);
        return;
    }
    TlsServer server(serverTls(*identity));
    Connector &connector = tour.stage().console().connector();
    connector.lookAt({u"PROD"_s, server.url(), {}, {}});
    tour.dialog(u"certificate"_s);
    connector.lookAt({u"PROD"_s, server.url(), {}, TlsTrust(Fingerprint::ofDer("the one before"))});
    tour.dialog(u"certificate-changed"_s);
}

void photographDialogs(Tour &tour)
{
    MainWindow &window = tour.stage().window();
    tour.choose(withCause(Cause::ExitCode));
    tour.key(Qt::Key_R);
    tour.dialog(u"requeue"_s);
    tour.choose(in(JobState::Running));
    tour.key(Qt::Key_X);
    tour.dialog(u"stop"_s);
    window.files()->bar()->showStates({JobState::Failed});
    tour.choose(withCause(Cause::LoginLost));
    tour.key(Qt::Key_R, Qt::ControlModifier);
    tour.dialog(u"all-with-this-cause"_s);
    window.files()->bar()->showStates({});
    tour.settle(u"all files"_s, [&] { return tour.stage().files()->model()->rowCount() > 60; });
    tour.stage().files()->setFocus();
    tour.stage().files()->selectAll();
    tour.key(Qt::Key_H);
    tour.dialog(u"hold-many"_s);
    tour.stage().files()->clearSelection();
    window.nodes()->table()->setFocus();
    window.nodes()->select(tour.stage().scenery().state.nodes.first().node);
    QTest::keyClick(window.nodes()->table(), Qt::Key_B);
    tour.dialog(u"restart-browser"_s);
    window.showAlert(AlertKind::LoginNeeded, "DTF-02");
    QTest::keyClick(window.alerts()->table(), Qt::Key_A);
    tour.dialog(u"acknowledge"_s);
    QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
    tour.typeIntoDialog(u"dtf"_s);
    tour.dialog(u"palette"_s);
    QTest::keyClick(&window, Qt::Key_F1);
    tour.dialog(u"keys"_s);
    tour.stage().console().connector().ask();
    tour.dialog(u"connect"_s);
    photographCertificates(tour);
    tour.menu(*window.viewMenu(), u"menu-view"_s);
    tour.choose(withCause(Cause::ExitCode));
    tour.contextMenu(*tour.stage().files(), u"menu-of-file"_s);
    tour.contextMenu(*window.nodes()->table(), u"menu-of-node"_s);
}

void photographBusy(const PhotoPlan &plan, Album &album)
{
    Stage stage(busyFleet(), plan.theme, plan.size);
    Tour tour(stage, album, u"busy"_s);
    tour.begin();
    photographFiles(tour);
    photographDocks(tour);
    if (!plan.mainPagesOnly) {
        photographDialogs(tour);
    }
    tour.choose(withCause(Cause::ExitCode));
    if (!stage.breakOff()) {
        tour.miss(u"the end of the orchestrator"_s);
    }
    tour.take(u"orchestrator-gone"_s);
}

/// On a screen with room for everything at once.
void photographRoomy(const PhotoPlan &plan, Album &album)
{
    Stage stage(busyFleet(), plan.theme, QSize(1'920, 1'080));
    Tour tour(stage, album, u"roomy"_s);
    tour.begin();
    tour.choose(withCause(Cause::ExitCode));
    tour.key(Qt::Key_Return);
    if (!stage.playLog()) {
        tour.miss(u"the live log"_s);
    }
    tour.take(u"overview"_s);
}

/// The first picture of a fleet with nothing chosen.
void photographOnce(const PhotoPlan &plan, Album &album, const QString &name, Scenery scenery)
{
    Stage stage(std::move(scenery), plan.theme, plan.size);
    Tour tour(stage, album, name);
    tour.begin();
    tour.take(u"overview"_s);
    if (!plan.mainPagesOnly) {
        for (const char *dock : {"log", "audit", "charts"}) {
            stage.raise(dock);
            tour.take(QString::fromLatin1(dock));
        }
        stage.raise("alerts");
    }
}

void photographManyFiles(const PhotoPlan &plan, Album &album)
{
    Stage stage(manyFiles(plan.files), plan.theme, plan.size);
    Tour tour(stage, album, u"many-files"_s);
    tour.begin();
    stage.window().files()->bar()->showStates({JobState::Done});
    tour.settle(u"the done ones"_s, [&] { return stage.files()->model()->rowCount() >= 200; });
    stage.files()->setFocus();
    for (int i = 0; i < 3; ++i) {
        const int before = stage.files()->model()->rowCount();
        tour.key(Qt::Key_End, Qt::ControlModifier);
        stage.files()->scrollToBottom();
        tour.settle(u"older ones"_s, [&] { return stage.files()->model()->rowCount() > before; });
    }
    tour.take(u"scrolled"_s);
}

} // namespace

void photograph(const PhotoPlan &plan, Album &album)
{
    photographBusy(plan, album);
    photographRoomy(plan, album);
    photographOnce(plan, album, u"empty"_s, emptyFleet());
    photographOnce(plan, album, u"many-nodes"_s, manyNodes(plan.nodes));
    photographManyFiles(plan, album);
}

} // namespace dtf
