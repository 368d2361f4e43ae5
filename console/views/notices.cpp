// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/notices.h"

#include "console/models/snoozes.h"
#include "console/text/texts.h"
#include "console/views/alertsview.h"
#include "console/views/mainwindow.h"

#include <QAction>
#include <QApplication>
#include <QMenu>
#include <QSettings>
#include <QSystemTrayIcon>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr milliseconds together {500};
constexpr int shownMs = 15'000;

} // namespace

Notices::Notices(MainWindow &window, const FleetStore &store, QSettings &settings)
    : m_window(window)
    , m_store(store)
    , m_settings(settings)
{
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        buildTray();
    }
    buildMenu();
    m_soon.setSingleShot(true);
    m_soon.setInterval(together);
    connect(&m_soon, &QTimer::timeout, this, &Notices::tell);
    connect(&store, &FleetStore::alertRaised, this, &Notices::take);
    connect(&store, &FleetStore::alertsChanged, this, &Notices::refreshTip);
    const Snoozes *snoozes = window.alerts()->snoozes();
    connect(snoozes, &Snoozes::changed, this, &Notices::refreshTip);
    connect(snoozes, &Snoozes::over, this, [this](const Alert &alert) {
        m_pending.append(alert); // its user asked to be called again
        m_soon.start();
    });
    refreshTip();
}

void Notices::buildTray()
{
    m_tray = new QSystemTrayIcon(QApplication::windowIcon(), this);
    auto *menu = new QMenu(&m_window);
    menu->addAction(tr("&Show the console"), this, &Notices::bringUp);
    menu->addAction(tr("&Quit"), &m_window, &QWidget::close);
    m_tray->setContextMenu(menu);
    connect(m_tray, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick) {
            bringUp();
        }
    });
    connect(m_tray, &QSystemTrayIcon::messageClicked, this, [this] {
        bringUp();
        m_window.showAlert(m_lastTold.kind, m_lastTold.subject);
    });
    m_tray->show();
}

void Notices::buildMenu()
{
    QMenu *menu = m_window.notifyMenu();
    const auto setting = [this, menu](const QString &text, const QString &key, bool byDefault) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_settings.value(key, byDefault).toBool());
        connect(action, &QAction::toggled, this, [this, key](bool on) { m_settings.setValue(key, on); });
        return action;
    };
    m_notify = setting(tr("&Notify about critical alerts"), u"notices/show"_s, true);
    m_sound = setting(tr("With a &sound"), u"notices/sound"_s, false);
    if (!m_tray) {
        m_notify->setEnabled(false);
        m_notify->setToolTip(tr("The system has no tray to notify from."));
        m_notify->setText(m_notify->text() + u" – "_s + m_notify->toolTip());
    }
}

void Notices::take(const Alert &alert)
{
    if (m_policy.shouldTell(alert, m_clock.now().mono)) {
        m_pending.append(alert);
        m_soon.start();
    }
}

void Notices::tell()
{
    if (m_pending.isEmpty()) {
        return;
    }
    const Alert first = m_pending.constFirst();
    const auto more = static_cast<int>(m_pending.size()) - 1;
    m_pending.clear();
    if (m_sound->isChecked()) {
        QApplication::beep();
    }
    QApplication::alert(&m_window);
    if (!m_tray || !m_notify->isChecked()) {
        return;
    }
    const QString subject = m_window.alerts()->model()->subjectText(first);
    QString text = adviceFor(first.kind);
    if (more > 0) {
        text += u'\n' + (more == 1 ? tr("And one more critical alert.") : tr("And %1 more critical alerts.").arg(more));
    }
    m_lastTold = first;
    const QString title = subject.isEmpty() ? textOf(first.kind) : subject + u": "_s + textOf(first.kind);
    m_tray->showMessage(title.toHtmlEscaped(), text.toHtmlEscaped(), QSystemTrayIcon::Critical, shownMs);
}

void Notices::refreshTip()
{
    if (m_tray) {
        const QList<Alert> &alerts = m_store.alerts();
        const auto critical =
            std::count_if(alerts.begin(), alerts.end(), [snoozes = m_window.alerts()->snoozes()](const Alert &alert) {
                return alert.severity == AlertSeverity::Critical && !alert.acknowledged && !snoozes->isSnoozed(alert);
            });
        m_tray->setToolTip(
            critical == 0 ? tr("DTF Console: no critical alert") : tr("DTF Console: critical alerts: %1").arg(critical));
    }
}

void Notices::bringUp()
{
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.show();
    m_window.raise();
    m_window.activateWindow();
}

} // namespace dtf
