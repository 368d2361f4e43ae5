// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace dtf {

/// The line at the top: orchestrator, share, store, age of the data, who is logged in, dispatch; below it the day's counts.
/// Old data turns grey and says so. Thread: main.
class HealthLine final : public QWidget
{
    Q_OBJECT

public:
    explicit HealthLine(const FleetStore &store, QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    /// `server`: the user's word for it; `user` empty: not let in (yet).
    void setConnection(const QString &server, const QString &user, bool mayCommand);
    /// Of the last hours: from it come the typical wait and when the backlog ends.
    void takeHistory(const HistoryView &history);
    void refresh();

Q_SIGNALS:
    void dispatchClicked(bool pause);
    void stateClicked(const QList<dtf::JobState> &states); ///< a count: show these files

private:
    struct Badge
    {
        QLabel *label = nullptr;
        Tone tone = Tone::Plain;
    };
    void say(Badge &badge, Tone tone, const QString &text, const QString &tip = {});
    void dress(Badge &badge) const;
    void refreshCounts();
    void refreshFigures();

    const FleetStore &m_store;
    Theme m_theme = makeTheme(ThemeKind::Light);
    QString m_server;
    QString m_user;
    bool m_mayCommand = false;
    Badge m_orchestrator;
    Badge m_share;
    Badge m_storeBadge;
    Badge m_age;
    QLabel *m_who = nullptr;
    Badge m_mode;
    QPushButton *m_dispatch = nullptr;
    QList<QPushButton *> m_counts;
    QLabel *m_figures = nullptr;
    HistoryView m_history;
};

} // namespace dtf
