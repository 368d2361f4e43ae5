// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/logmodel.h"
#include "console/net/session.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QPointer>
#include <QSet>
#include <QTimer>
#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QTableView;
class QToolButton;

namespace dtf {

class ToneDelegate;

/// The live log of all nodes. Lines are asked for while it is in sight only. It follows the newest line until the user scrolls
/// up; then it stands still, however much arrives, and says so. Thread: main.
class LogView final : public QWidget
{
    Q_OBJECT

public:
    explicit LogView(const FleetStore &store, QWidget *parent = nullptr);

    void setSession(Session *session);
    void setTheme(const Theme &theme, Density density);
    void setFollow(bool on);
    [[nodiscard]] bool follows() const { return m_follow; }
    [[nodiscard]] LogModel *model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    [[nodiscard]] QLineEdit *patternEdit() const { return m_pattern; }
    [[nodiscard]] QLabel *stateLabel() const { return m_state; }
    [[nodiscard]] QLabel *complaintLabel() const { return m_complaint; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void build();
    void keepPlace();
    void subscribe();
    void applyFilter();
    void refreshNodes();
    void refreshState();
    void copySelected();
    void scrolled(int value);

    const FleetStore &m_store;
    QPointer<Session> m_session;
    LogModel *m_model = nullptr;
    QTableView *m_table = nullptr;
    QLineEdit *m_pattern = nullptr;
    QComboBox *m_node = nullptr;
    QComboBox *m_level = nullptr;
    QToolButton *m_followButton = nullptr;
    QLabel *m_state = nullptr;
    QLabel *m_complaint = nullptr;
    ToneDelegate *m_delegate = nullptr;
    QSet<NodeName> m_offered; ///< in m_node
    QTimer m_typing; ///< until the filter is applied
    bool m_follow = true;
    bool m_wanted = false; ///< in sight
    bool m_listening = false; ///< the session's feed is there
    int m_ownScroll = 0; ///< > 0: what moves now is not the user
    std::optional<MonoTime> m_notListening; ///< since the lines were not asked for
    SystemClock m_clock;
};

} // namespace dtf
