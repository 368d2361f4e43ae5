// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/store/servers.h"

#include <QByteArray>
#include <QDialog>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace dtf {

/// Asks which orchestrator, and for the token. Thread: main.
class ConnectDialog final : public QDialog
{
    Q_OBJECT

public:
    struct Start
    {
        QList<NamedServer> servers; ///< to choose from
        NamedServer chosen; ///< filled in; may be empty
        QString remark; ///< why it is asked: "No key store runs here: …"; may be empty
        bool mayKeep = true; ///< a key store may be there
    };
    struct Wanted
    {
        NamedServer server;
        QByteArray token; ///< empty: the one of the key store
        bool keep = false; ///< in the key store
    };
    explicit ConnectDialog(const Start &start, QWidget *parent = nullptr);

    [[nodiscard]] const Wanted &wanted() const { return m_wanted; } ///< once accepted

Q_SIGNALS:
    void forgotten(const QString &name); ///< is to leave the list

private:
    void fill(const NamedServer &server);
    void check();
    void tryAccept();

    const QList<NamedServer> m_servers;
    Wanted m_wanted;
    QListWidget *m_list = nullptr;
    QLineEdit *m_name = nullptr;
    QLineEdit *m_url = nullptr;
    QLineEdit *m_token = nullptr;
    QCheckBox *m_keep = nullptr;
    QLabel *m_complaint = nullptr;
    QPushButton *m_connect = nullptr;
    QPushButton *m_forget = nullptr;
};

} // namespace dtf
