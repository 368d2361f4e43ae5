// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/consoleapp.h"

#include "common/core/escape.h"
#include "console/net/sessionfeed.h"
#include "console/store/savedstate.h"
#include "console/text/texts.h"

#include <QApplication>
#include <QDateTime>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>

namespace dtf {

using namespace Qt::StringLiterals;

ConsoleApp::ConsoleApp()
    : m_store(m_clock)
    , m_commands(m_store)
    , m_window(std::make_unique<MainWindow>(m_store, m_commands))
    , m_connector(std::make_unique<Connector>(m_settings, *m_window))
    , m_desk(std::make_unique<Desk>(*m_window, m_store, m_commands, m_settings))
    , m_notices(std::make_unique<Notices>(*m_window, m_store, m_settings))
{
    connect(&m_second, &QTimer::timeout, &m_store, &FleetStore::tick);
    m_second.start(1'000);
    m_desk->restore();
    connect(qApp, &QCoreApplication::aboutToQuit, m_desk.get(), &Desk::save);
    connect(m_connector.get(), &Connector::ready, this, &ConsoleApp::connectTo);
    connect(m_connector.get(), &Connector::said, m_window.get(), &MainWindow::say);
    QMenu *servers = m_window->serversMenu();
    connect(servers, &QMenu::aboutToShow, this, [this, servers] { m_connector->fillMenu(*servers); });
    connect(m_window.get(), &MainWindow::saveStateWanted, this, &ConsoleApp::askSave);
}

ConsoleApp::~ConsoleApp() = default;

void ConsoleApp::connectTo(const Session::Server &server)
{
    auto session = std::make_unique<Session>(server, makeFeed(server));
    Feed &feed = session->feed();
    m_store.forgetAll();
    connect(&feed, &Feed::snapshot, &m_store, qOverload<const FeedSnapshot &>(&FleetStore::take));
    connect(&feed, &Feed::delta, &m_store, qOverload<const FeedDelta &>(&FleetStore::take));
    connect(&feed, &Feed::heard, &m_store, &FleetStore::heard);
    connect(&feed, &Feed::lost, &m_store, &FleetStore::lost);
    connect(&feed, &Feed::lost, m_connector.get(), [this, server](const Error &why) {
        if (why.code == ErrorCode::Untrusted) {
            m_connector->refused(server);
        }
    });
    connect(session.get(), &Session::welcomed, m_connector.get(), &Connector::welcomed);
    m_commands.setSession(session.get());
    m_window->setSession(session.get());
    m_session = std::move(session); // the one before ends here, when nobody knows it any more
    m_session->start();
}

Result<void> ConsoleApp::openSaved(const QString &path)
{
    const auto state = loadState(path);
    if (!state) {
        return tl::unexpected(state.error());
    }
    m_window->showSaved(QFileInfo(path).fileName(), state->jobs);
    m_store.openSaved(*state);
    return {};
}

void ConsoleApp::askSave()
{
    if (m_store.freshness() == Freshness::Nothing) {
        m_window->say(tr("There is nothing to save yet."));
        return;
    }
    auto *dialog = new QFileDialog(m_window.get(), tr("Save snapshot"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->setNameFilter(tr("Snapshots (*.json)"));
    dialog->selectFile(QDateTime::currentDateTime().toString(u"'dtf-'yyyy-MM-dd-HHmm'.json'"_s));
    connect(dialog, &QFileDialog::fileSelected, this, &ConsoleApp::save);
    dialog->open();
}

/// With the newest files, when the orchestrator can be asked for them.
void ConsoleApp::save(const QString &path)
{
    const auto write = [this, path](const QList<JobView> &jobs, const QString &missing) {
        const Result<void> done = saveState(path, m_store.state(jobs));
        m_window->say(!done         ? escapedForLog(done.error().detail)
                : missing.isEmpty() ? tr("Saved as %1.").arg(escapedForLog(path))
                                    : tr("Saved as %1, without the files: %2").arg(escapedForLog(path), missing));
    };
    if (!m_session || m_store.freshness() == Freshness::Gone) {
        write({}, tr("the orchestrator can't be reached."));
        return;
    }
    JobFilter newest;
    newest.limit = 1'000;
    m_session->client().jobs(newest, this, [write](const Answer<JobPage> &answer) {
        if (answer.result) {
            write(answer.result->jobs, {});
        } else {
            write({}, textOf(answer.result.error().code));
        }
    });
}

} // namespace dtf
