// SPDX-License-Identifier: GPL-3.0-or-later
// AgentApp: how it ends.
#include "agent/agentapp.h"

#include <QCoreApplication>

#include <utility>

namespace dtf {

namespace {

constexpr milliseconds shareStopDeadline(3'000);
constexpr milliseconds lastReports(2'000); ///< for what the outbox still holds; the rest goes after the next start
constexpr milliseconds lastLogs(5'000); ///< for logs of ended runs that a usable share has not taken yet

} // namespace

void AgentApp::stop(int exitCode)
{
    if (std::exchange(m_stopping, true)) {
        return;
    }
    m_exitCode = exitCode;
    if (m_desk) {
        m_desk->stop();
    }
    m_engine->shutdown();
    if (m_engine->isIdle() || m_engine->hasFailed()) {
        end();
    }
}

void AgentApp::end()
{
    if (std::exchange(m_ended, true)) {
        return;
    }
    // What the outbox holds survives; a moment for it saves the reader a wait. The end of a log does not: it is waited for.
    const bool nothingToSay = m_engine->pendingCount() == 0 && !m_engine->isWriting();
    connect(m_engine.get(), &WorkEngine::settled, this, &AgentApp::quitWhenSettled);
    connect(m_engine.get(), &WorkEngine::changed, this, &AgentApp::quitWhenSettled); // a share that goes now is not waited for
    QTimer::singleShot(m_config.offline || nothingToSay ? milliseconds(0) : lastReports, this, [this] {
        m_reported = true;
        quitWhenSettled();
    });
    QTimer::singleShot(lastLogs, this, &AgentApp::quit);
}

void AgentApp::quitWhenSettled()
{
    if (m_reported && m_engine && m_engine->isSettled()) {
        m_reported = false; // once
        QTimer::singleShot(0, this, &AgentApp::quit); // we may be inside the engine
    }
}

void AgentApp::quit()
{
    if (!m_engine) {
        return;
    }
    // Whatever may still call asks the engine: it goes first, its requests under way with it.
    m_reapTimer.stop();
    m_shareTimer.stop();
    m_socket.reset();
    m_reports.reset();
    m_enroller.reset();
    m_heartbeater.reset();
    m_client.reset();
    m_browser->detach();
    m_desk.reset();
    m_engine.reset();
    (void)m_checks.stop(shareStopDeadline);
    (void)m_worker->stop(shareStopDeadline);
    QCoreApplication::exit(m_exitCode);
}

} // namespace dtf
