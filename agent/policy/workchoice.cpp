// SPDX-License-Identifier: GPL-3.0-or-later
// What is due now: the share's listings, the effect to be tried again, and which file is next.
#include "agent/policy/workstate.h"

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds aliveEvery {10'000};

} // namespace

void WorkState::proceed()
{
    if (m_frozen) {
        return;
    }
    if (!m_swept && m_sweepAwaits == 0 && (!m_sweepAt || *m_sweepAt <= m_now.mono)) {
        const QList<Attempt> keep(m_view.open().begin(), m_view.open().end());
        m_sweepAwaits = emitNumbered(effect::Sweep {keep});
    }
    if (m_listAwaits == 0 && m_nextList <= m_now.mono) {
        m_listAwaits = emitNumbered(effect::ListFolders {});
    }
    if (m_aliveAwaits == 0 && m_nextAlive <= m_now.mono && !m_readTrouble) {
        m_aliveAwaits = emitNumbered(effect::TouchAlive {});
        m_nextAlive = m_now.mono + aliveEvery;
    }
    if (!m_hand && m_swept) {
        pickWork();
    }
    if (!m_hand) {
        return;
    }
    if (m_hand->retryAt && *m_hand->retryAt <= m_now.mono) {
        m_hand->retryAt.reset();
        m_hand->awaits = emitNumbered(m_hand->effect);
    }
    if (m_hand->step == Step::Running) {
        watchRun();
    } else if (m_hand->step == Step::WaitingReady) {
        startIfReady();
    }
}

void WorkState::pickWork()
{
    const auto aside = [this](const Attempt &attempt) {
        const auto it = m_asideUntil.find(attempt);
        return it != m_asideUntil.end() && it->second > m_now.mono;
    };
    std::erase_if(m_asideUntil, [this](const auto &entry) { return entry.second <= m_now.mono; });
    if (m_readTrouble) {
        return; // I11
    }
    // What an earlier life (or a look that was wrong) left open comes first.
    for (const Attempt &attempt : m_view.open()) {
        const AttemptEntry *entry = m_view.find(attempt);
        const bool wouldStart = entry != nullptr && entry->last == RecordKind::Claim && m_stopping;
        // Of another run of this machine, or of the machine whose clone we are: then the other one is still at it, and only the
        // orchestrator can tell.
        const bool maybeAnothers =
            !m_recognised && !m_config.offline && entry != nullptr && m_view.isOfOtherMachineBoot(*entry, m_identity.machineBoot);
        if (entry != nullptr && !wouldStart && !maybeAnothers && !aside(attempt)) {
            recover(*entry);
            return;
        }
    }
    if (!m_reopen.empty()) {
        const Attempt attempt = *m_reopen.begin();
        m_reopen.erase(m_reopen.begin());
        if (const AttemptEntry *entry = m_view.find(attempt); entry != nullptr && entry->last == RecordKind::Dropped) {
            AttemptEntry claimed = *entry;
            claimed.last = RecordKind::Claim;
            recover(claimed);
            return;
        }
    }
    if (!gateClosedBy().isEmpty()) {
        return;
    }
    for (const TokenName &token : m_assigned) {
        const AttemptEntry *entry = m_view.find({token.job, token.epoch});
        // Taken before: the listing is old. Only a claim that never worked may be tried again.
        const bool fresh = entry == nullptr || entry->last == RecordKind::Dropped;
        if (fresh && !aside({token.job, token.epoch})) {
            claim(token);
            return;
        }
    }
}

QString WorkState::ownGateClosedBy() const
{
    if (m_frozen) {
        return u"the journal can't be written: make room on the disk of the agent's state folder, or mend it"_s;
    }
    if (m_stopping) {
        return u"the agent is stopping"_s;
    }
    if (!m_swept) {
        return u"processes of an earlier run are still being ended"_s;
    }
    if (m_outboxFull) {
        return u"too many reports wait for the orchestrator"_s;
    }
    if (m_diskFree >= 0 && m_diskFree < m_config.minDiskFree) {
        return u"the disk is nearly full"_s;
    }
    return {};
}

QString WorkState::gateClosedBy() const
{
    if (const QString own = ownGateClosedBy(); !own.isEmpty()) {
        return own;
    }
    if (!m_claimsAllowed) {
        return u"the orchestrator has paused this node"_s;
    }
    const QByteArray lastMachineBoot = m_view.previousMachineBoot();
    if (!m_recognised && !m_config.offline && !lastMachineBoot.isEmpty() && lastMachineBoot != m_identity.machineBoot) {
        return u"this machine was started anew, or is a clone: the orchestrator has not said yet which"_s;
    }
    if (!shareStatus().ok) {
        return u"the share is not usable"_s;
    }
    if (!ready()) {
        return u"the browser is not ready"_s;
    }
    return {};
}

bool WorkState::ready() const
{
    return m_browser.state == BrowserState::Ready;
}

} // namespace dtf
