// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/connectdialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace dtf {

namespace {

constexpr int shortestToken = 24; ///< of every orchestrator
constexpr int longestToken = 512;

QLabel *plainLabel(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

ConnectDialog::ConnectDialog(const Start &start, QWidget *parent)
    : QDialog(parent)
    , m_servers(start.servers)
{
    setWindowTitle(tr("Connect to an orchestrator"));
    setMinimumWidth(520);
    auto *all = new QVBoxLayout(this);
    all->setSpacing(10);
    if (!start.remark.isEmpty()) {
        all->addWidget(plainLabel(start.remark));
    }
    m_list = new QListWidget;
    m_list->setAccessibleName(tr("Known orchestrators"));
    for (const NamedServer &server : m_servers) {
        m_list->addItem(server.name + QStringLiteral("   ") + server.url.toDisplayString());
    }
    m_list->setFixedHeight(5 * (m_list->fontMetrics().height() + 4));
    m_list->setVisible(!m_servers.isEmpty());
    all->addWidget(m_list);
    m_name = new QLineEdit;
    m_name->setPlaceholderText(tr("Your word for it, e.g. PROD"));
    m_url = new QLineEdit;
    m_url->setPlaceholderText(tr("http://dtf-orch:3000"));
    m_token = new QLineEdit;
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setMaxLength(longestToken);
    m_token->setPlaceholderText(
        start.mayKeep ? tr("Leave empty to use the one in the key store") : tr("From IT; asked each time"));
    m_keep = new QCheckBox(tr("&Keep the token in the system's key store"));
    m_keep->setEnabled(start.mayKeep);
    m_keep->setChecked(start.mayKeep);
    m_keep->setToolTip(start.mayKeep ? QString() : tr("No key store runs here: the token is asked for each time."));
    auto *form = new QFormLayout;
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Address"), m_url);
    form->addRow(tr("&Token"), m_token);
    form->addRow(QString(), m_keep);
    all->addLayout(form);
    m_complaint = plainLabel({});
    m_complaint->setMinimumHeight(2 * m_complaint->fontMetrics().lineSpacing());
    all->addWidget(m_complaint);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_connect = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    m_forget = buttons->addButton(tr("&Forget"), QDialogButtonBox::ResetRole);
    m_connect->setDefault(true);
    m_forget->setAutoDefault(false);
    m_forget->setToolTip(tr("Takes the chosen one off the list, and its token out of the key store"));
    all->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectDialog::tryAccept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        if (row >= 0) {
            fill(m_servers[row]);
        }
    });
    connect(m_list, &QListWidget::itemActivated, this, &ConnectDialog::tryAccept);
    connect(m_forget, &QPushButton::clicked, this, [this] {
        const int row = m_list->currentRow();
        Q_EMIT forgotten(m_servers[row].name);
        m_list->item(row)->setHidden(true);
        m_list->setCurrentRow(-1);
        fill({});
    });
    for (QLineEdit *edit : {m_name, m_url, m_token}) {
        connect(edit, &QLineEdit::textChanged, this, &ConnectDialog::check);
    }
    fill(start.chosen);
    const auto at = std::find_if(
        m_servers.begin(), m_servers.end(), [&](const NamedServer &server) { return server.name == start.chosen.name; });
    if (at != m_servers.end()) {
        m_list->setCurrentRow(static_cast<int>(at - m_servers.begin()));
    }
    (start.chosen.name.isEmpty() ? m_name : m_token)->setFocus();
    check();
}

void ConnectDialog::fill(const NamedServer &server)
{
    m_name->setText(server.name);
    m_url->setText(server.url.toString());
    m_token->clear();
}

void ConnectDialog::check()
{
    m_forget->setEnabled(m_list->currentRow() >= 0);
    const QString token = m_token->text().trimmed();
    const auto server = checkedServer(m_name->text(), m_url->text());
    QString complaint;
    if (m_name->text().isEmpty() && m_url->text().isEmpty()) {
        complaint = tr("Ask IT for the address and your token.");
    } else if (!server) {
        complaint = server.error().detail;
    } else if (!token.isEmpty() && token.size() < shortestToken) {
        complaint = tr("A token has at least %1 characters.").arg(shortestToken);
    } else if (token.isEmpty() && !m_keep->isEnabled()) {
        complaint = tr("The token is missing.");
    }
    m_complaint->setText(complaint);
    m_connect->setEnabled(complaint.isEmpty());
    m_connect->setToolTip(complaint);
}

void ConnectDialog::tryAccept()
{
    if (!m_connect->isEnabled()) {
        return;
    }
    m_wanted = {*checkedServer(m_name->text(), m_url->text()), m_token->text().trimmed().toLatin1(),
        m_keep->isEnabled() && m_keep->isChecked()};
    accept();
}

} // namespace dtf
