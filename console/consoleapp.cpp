// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/consoleapp.h"

namespace dtf {

ConsoleApp::ConsoleApp()
    : m_store(m_clock)
    , m_commands(m_store)
    , m_window(std::make_unique<MainWindow>(m_store, m_commands))
{
    m_window->setLook(makeTheme(ThemeKind::Light), Density::Normal);
}

ConsoleApp::~ConsoleApp() = default;

void ConsoleApp::connectTo(const Session::Server &server)
{
    m_session = std::make_unique<Session>(server);
    FeedClient &feed = m_session->feed();
    connect(&feed, &FeedClient::snapshot, &m_store, qOverload<const FeedSnapshot &>(&FleetStore::take));
    connect(&feed, &FeedClient::delta, &m_store, qOverload<const FeedDelta &>(&FleetStore::take));
    connect(&feed, &FeedClient::heard, &m_store, &FleetStore::heard);
    connect(&feed, &FeedClient::lost, &m_store, &FleetStore::lost);
    m_commands.setSession(m_session.get());
    m_window->setSession(m_session.get());
    m_session->start();
}

} // namespace dtf
