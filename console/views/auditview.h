// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/auditmodel.h"
#include "console/net/session.h"
#include "console/store/fleetstore.h"
#include "console/views/theme.h"

#include <QPointer>
#include <QSet>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace dtf {

class ToneDelegate;

/// Who did what, newest first: filters, live rows on top, pages back to the beginning as one scrolls, export, and whether the
/// chain of the audit holds. Asks for nothing until it is shown. Thread: main.
class AuditView final : public QWidget
{
    Q_OBJECT

public:
    explicit AuditView(const FleetStore &store, QWidget *parent = nullptr);

    void setSession(Session *session); ///< not owned
    void setTheme(const Theme &theme, Density density);
    /// Only this file's rows; the filter is shown.
    void showJob(const JobId &job);
    [[nodiscard]] AuditModel *model() const { return m_model; }
    [[nodiscard]] QTableView *table() const { return m_table; }
    void showCheck(const AuditCheck &check); ///< what the orchestrator said of the chain

Q_SIGNALS:
    void jobChosen(const dtf::JobId &job);

protected:
    void showEvent(QShowEvent *event) override;

private:
    [[nodiscard]] QWidget *makeFilters();
    void fillNodes();
    void applyFilters(); ///< the filters as they stand become the model's wish
    void clearFilters();
    void askOlder(const AuditFilter &filter, quint64 ticket);
    void askNewer(const AuditFilter &filter, quint64 ticket);
    void askCheck();
    void tell(); ///< the line below the table
    void exportCsv();

    const FleetStore &m_store;
    QPointer<Session> m_session;
    AuditModel *m_model = nullptr;
    QTableView *m_table = nullptr;
    ToneDelegate *m_delegate = nullptr;
    QComboBox *m_who = nullptr;
    QComboBox *m_node = nullptr;
    QSet<NodeName> m_offered; ///< in m_node
    QComboBox *m_kind = nullptr;
    QComboBox *m_period = nullptr;
    QLineEdit *m_job = nullptr;
    QPushButton *m_clear = nullptr;
    QPushButton *m_more = nullptr; ///< goes on after an error, or after many pages without a find
    QLabel *m_said = nullptr;
    QLabel *m_chain = nullptr;
    QTimer m_typing; ///< filters are applied when the typing rests
    QTimer m_checkTimer;
    Theme m_theme = makeTheme(ThemeKind::Light);
    AuditCheck m_check;
    bool m_checkKnown = false;
    bool m_checkCurrent = false; ///< when it was shown, the data was
    bool m_begun = false;
};

} // namespace dtf
