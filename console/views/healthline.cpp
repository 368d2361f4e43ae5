// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/healthline.h"

#include "common/core/escape.h"
#include "console/actions/permits.h"
#include "console/models/fleetfigures.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSet>
#include <QVBoxLayout>

#include <cmath>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct CountOf
{
    const char *title;
    QList<JobState> states;
    Tone whenAny;
};

const QList<CountOf> &counts()
{
    static const QList<CountOf> list {
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "Waiting"), {JobState::Waiting, JobState::Moving, JobState::Assigned}, Tone::Plain},
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "Running"), {JobState::Running, JobState::Publishing}, Tone::Busy},
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "In doubt"), {JobState::InDoubt}, Tone::Trouble},
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "On hold"), {JobState::Hold}, Tone::Trouble},
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "Failed"), {JobState::Failed}, Tone::Attention},
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "Rejected today"), {JobState::Rejected}, Tone::Attention},
        {QT_TRANSLATE_NOOP("dtf::HealthLine", "Done today"), {JobState::Done}, Tone::Good},
    };
    return list;
}

/// A sheet that is the same is parsed and polished all the same: this is called with every change of the fleet.
void dressIn(QWidget &widget, const QString &sheet)
{
    if (widget.styleSheet() != sheet) {
        widget.setStyleSheet(sheet);
    }
}

QString connectionTip(const FleetStore &store)
{
    const Error &error = store.lastError();
    return escapedForLog(error.detail.isEmpty() ? textOf(error.code) : error.detail);
}

} // namespace

HealthLine::HealthLine(const FleetStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
{
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(8, 6, 8, 4);
    all->setSpacing(4);
    auto *upper = new QHBoxLayout;
    auto *lower = new QHBoxLayout;
    all->addLayout(upper);
    all->addLayout(lower);
    for (Badge *badge : {&m_orchestrator, &m_share, &m_storeBadge, &m_age}) {
        badge->label = new QLabel(this);
        badge->label->setTextFormat(Qt::PlainText);
        upper->addWidget(badge->label);
    }
    upper->addStretch(1);
    m_who = new QLabel(this);
    m_who->setTextFormat(Qt::PlainText);
    upper->addWidget(m_who);
    m_mode.label = new QLabel(this);
    m_mode.label->setTextFormat(Qt::PlainText);
    upper->addWidget(m_mode.label);
    m_dispatch = new QPushButton(this);
    m_dispatch->setAccessibleName(tr("Dispatch of files"));
    upper->addWidget(m_dispatch);
    connect(m_dispatch, &QPushButton::clicked, this, [this] { Q_EMIT dispatchClicked(!m_store.summary().dispatchPaused); });
    for (const CountOf &count : counts()) {
        auto *button = new QPushButton(this);
        button->setFlat(true);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this, [this, states = count.states] { Q_EMIT stateClicked(states); });
        lower->addWidget(button);
        m_counts.append(button);
    }
    lower->addStretch(1);
    m_figures = new QLabel(this);
    m_figures->setTextFormat(Qt::PlainText);
    lower->addWidget(m_figures);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&store, &FleetStore::summaryChanged, this, &HealthLine::refresh);
    connect(&store, &FleetStore::freshnessChanged, this, &HealthLine::refresh);
    refresh();
}

void HealthLine::setTheme(const Theme &theme)
{
    m_theme = theme;
    refresh();
}

void HealthLine::setConnection(const QString &server, const QString &user, bool mayCommand)
{
    m_server = server;
    m_user = user;
    m_mayCommand = mayCommand;
    refresh();
}

void HealthLine::dress(Badge &badge) const
{
    const QColor border = m_theme.kind == ThemeKind::HighContrast ? m_theme.text(badge.tone) : m_theme.ground(badge.tone);
    dressIn(*badge.label,
        u"QLabel { color: %1; background: %2; border: 1px solid %3; border-radius: 4px; padding: 2px 8px; }"_s.arg(
            m_theme.text(badge.tone).name(), m_theme.ground(badge.tone).name(), border.name()));
}

void HealthLine::say(Badge &badge, Tone tone, const QString &text, const QString &tip)
{
    const QString sign = Theme::sign(tone);
    badge.tone = tone;
    badge.label->setText(sign.isEmpty() ? text : sign + u' ' + text);
    badge.label->setToolTip(tip.toHtmlEscaped());
    badge.label->setAccessibleName(text);
    dress(badge);
}

void HealthLine::refresh()
{
    const FleetSummary &summary = m_store.summary();
    const Freshness freshness = m_store.freshness();
    const bool current = freshness == Freshness::Current;
    const QString server = m_server.isEmpty() ? tr("Orchestrator") : escapedForLog(m_server, 40);
    const bool untrusted = m_store.lastError().code == ErrorCode::Untrusted;
    switch (freshness) {
    case Freshness::Nothing:
        if (m_server.isEmpty()) {
            say(m_orchestrator, Tone::Attention, tr("Not connected"));
            break;
        }
        if (untrusted) {
            say(m_orchestrator, Tone::Trouble, tr("%1: certificate NOT TRUSTED").arg(server), connectionTip(m_store));
            break;
        }
        say(m_orchestrator, Tone::Attention,
            m_store.lastError().detail.isEmpty() ? tr("%1: connecting…").arg(server) : tr("%1: not reached").arg(server),
            connectionTip(m_store));
        break;
    case Freshness::Current:
        say(m_orchestrator, Tone::Good, tr("%1: connected").arg(server));
        break;
    case Freshness::Old:
        say(m_orchestrator, Tone::Muted, tr("%1: silent").arg(server));
        break;
    case Freshness::Gone:
        if (m_store.isSaved()) {
            say(m_orchestrator, Tone::Muted, tr("Saved state %1: for reading only").arg(server));
            break;
        }
        say(m_orchestrator, Tone::Trouble,
            untrusted ? tr("%1: certificate NOT TRUSTED").arg(server) : tr("%1: gone, trying again").arg(server),
            connectionTip(m_store));
        break;
    }
    const bool known = freshness != Freshness::Nothing;
    m_share.label->setVisible(known);
    m_storeBadge.label->setVisible(known);
    m_age.label->setVisible(known);
    m_mode.label->setVisible(known);
    say(m_share,
        !current              ? Tone::Muted
            : summary.shareOk ? Tone::Good
                              : Tone::Trouble,
        summary.shareOk ? tr("Share OK") : tr("Share down"), escapedForLog(summary.shareDetail));
    say(m_storeBadge,
        !current              ? Tone::Muted
            : summary.storeOk ? Tone::Good
                              : Tone::Trouble,
        summary.storeOk ? tr("Store OK") : tr("Store failing"), escapedForLog(summary.storeDetail));
    if (m_store.isSaved()) {
        const QDateTime then = QDateTime::fromMSecsSinceEpoch(summary.time.msecsSinceEpoch);
        say(m_age, Tone::Attention, tr("as of %1").arg(then.toString(u"yyyy-MM-dd HH:mm:ss"_s)));
    } else if (const auto age = m_store.age()) {
        say(m_age, current ? Tone::Plain : Tone::Muted,
            current ? tr("data is current") : tr("data is %1 old").arg(ageText(*age)));
    }
    m_who->setText(m_user.isEmpty() ? QString()
            : m_mayCommand          ? escapedForLog(m_user)
                                    : tr("%1 (reads only)").arg(escapedForLog(m_user)));
    const QString pausedTip =
        tr("by %1: %2").arg(escapedForLog(summary.dispatchPausedBy), escapedForLog(summary.dispatchPausedReason));
    if (summary.dispatchPaused) {
        say(m_mode, current ? Tone::Attention : Tone::Muted, tr("MAINTENANCE: nothing is dispatched"), pausedTip);
    } else {
        say(m_mode, current ? Tone::Good : Tone::Muted, tr("LIVE"));
    }
    m_dispatch->setText(summary.dispatchPaused ? tr("Resume dispatch…") : tr("Pause dispatch…"));
    const QString why = whyNoCommand(freshness, m_mayCommand);
    m_dispatch->setEnabled(why.isEmpty());
    m_dispatch->setToolTip(why);
    refreshCounts();
    refreshFigures();
}

void HealthLine::refreshCounts()
{
    const FleetSummary &summary = m_store.summary();
    const Freshness freshness = m_store.freshness();
    for (qsizetype i = 0; i < m_counts.size(); ++i) {
        const CountOf &count = counts()[i];
        qint64 number = 0;
        for (const JobState state : count.states) {
            number += state == JobState::Done ? summary.doneToday : summary.jobsByState.value(static_cast<int>(state));
        }
        QString text =
            freshness == Freshness::Nothing ? tr(count.title) + u" –"_s : tr(count.title) + u' ' + QString::number(number);
        if (i == 0 && number > 0 && summary.oldestWaitingMs > 0) {
            text += tr(" (oldest %1)").arg(ageText(milliseconds(summary.oldestWaitingMs)));
        }
        const Tone tone = freshness != Freshness::Current ? Tone::Muted : number > 0 ? count.whenAny : Tone::Plain;
        m_counts[i]->setText(text);
        m_counts[i]->setToolTip(tr("Show these files"));
        dressIn(*m_counts[i],
            u"QPushButton { color: %1; font-weight: %2; padding: 2px 8px; text-align: left; }"_s.arg(
                m_theme.text(tone).name(), tone == Tone::Plain || tone == Tone::Muted ? u"400"_s : u"600"_s));
    }
}

void HealthLine::takeHistory(const HistoryView &history)
{
    m_history = history;
    refreshFigures();
}

void HealthLine::refreshFigures()
{
    QStringList words;
    QStringList tips;
    const bool known = m_store.freshness() != Freshness::Nothing;
    if (const auto ok = okPercent(m_store.summary()); ok && known) {
        words.append(tr("%1 % ok").arg(std::floor(*ok * 10) / 10, 0, 'f', 1));
        tips.append(tr("Done today, against these and all that is on hold, in doubt, failed or was rejected today."));
    }
    const bool recent = known && isRecent(m_history.to, m_store.summary());
    if (const auto wait = medianWait(m_history); wait && recent) {
        words.append(tr("median wait %1").arg(ageText(*wait)));
        tips.append(tr("How long a file typically waited for its node in the last hour."));
    }
    if (const auto left = backlogLeft(m_store.summary(), m_history); left && recent) {
        const QDateTime end = QDateTime::fromMSecsSinceEpoch(m_store.summary().time.msecsSinceEpoch + left->count());
        words.append(*left < milliseconds(24 * 3'600'000) ? tr("backlog done %1").arg(end.toString(u"HH:mm"_s))
                                                          : tr("backlog done in %1").arg(ageText(*left)));
        tips.append(tr("When all that waits and runs now is done, if it goes on as in the last two hours."));
    }
    QStringList versions;
    for (const NodeView &node : m_store.nodes()) {
        if (node.beat.seq > 0 && node.state != "lost"_L1) {
            versions.append(node.beat.version);
        }
    }
    if (known && QSet<QString>(versions.cbegin(), versions.cend()).size() > 1) { // an upgrade is under way, or was forgotten
        words.prepend(agentVersionsText(versions));
        tips.append(tr("The nodes' agents are of different versions: dtf-ctl rollout brings them all to one."));
    }
    m_figures->setText(words.join(u" · "_s));
    m_figures->setToolTip(tips.join(u'\n'));
    dressIn(*m_figures, u"QLabel { color: %1; }"_s.arg(m_theme.text(m_store.isCurrent() ? Tone::Plain : Tone::Muted).name()));
}

} // namespace dtf
