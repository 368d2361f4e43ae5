// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/desktopopener.h"

#include "common/core/escape.h"

#include <QInputDialog>
#include <QProcess>
#include <QSettings>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const QString keyOfCommand = u"desktop/command"_s;
const QString mark = u"{node}"_s;

QString proposed()
{
#ifdef Q_OS_WIN
    return u"mstsc /v:{node}"_s;
#else
    return u"remmina -c rdp://{node}"_s;
#endif
}

} // namespace

Result<QStringList> desktopCommand(const QString &command, const NodeName &node)
{
    QStringList parts = QProcess::splitCommand(command);
    if (parts.isEmpty()) {
        return fail(ErrorCode::InvalidArgument, DesktopOpener::tr("Give a command, e.g. %1.").arg(proposed()));
    }
    if (!command.contains(mark)) {
        return fail(ErrorCode::InvalidArgument,
            DesktopOpener::tr("The command needs %1 where the node's name shall stand, e.g. %2.").arg(mark, proposed()));
    }
    for (QString &part : parts) {
        part.replace(mark, node.toString());
    }
    return parts;
}

DesktopOpener::DesktopOpener(QSettings &settings, QWidget &window)
    : QObject(&window)
    , m_settings(settings)
    , m_window(window)
{ }

void DesktopOpener::open(const NodeName &node)
{
    const QString command = m_settings.value(keyOfCommand).toString();
    if (command.isEmpty()) {
        askCommand(node);
        return;
    }
    Result<QStringList> parts = desktopCommand(command, node);
    if (!parts) {
        Q_EMIT said(parts.error().detail);
        return;
    }
    const QString program = parts->takeFirst();
    if (QProcess::startDetached(program, *parts)) {
        Q_EMIT said(tr("The desktop of %1 is being opened with %2.").arg(node.toString(), escapedForLog(program, 80)));
    } else {
        Q_EMIT said(tr("%1 can't be started. View > Desktop command… changes it.").arg(escapedForLog(program, 80)));
    }
}

void DesktopOpener::askCommand(const NodeName &then)
{
    auto *dialog = new QInputDialog(&m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Desktop command"));
    dialog->setLabelText(tr("The command that opens a node's desktop; %1 stands for the node's name:").arg(mark));
    dialog->setTextValue(m_settings.value(keyOfCommand, proposed()).toString());
    dialog->resize(440, dialog->sizeHint().height());
    connect(dialog, &QInputDialog::textValueSelected, this, [this, then](const QString &command) {
        if (const auto parts = desktopCommand(command, then); !parts && !command.trimmed().isEmpty()) {
            Q_EMIT said(parts.error().detail);
            return;
        }
        m_settings.setValue(keyOfCommand, command.trimmed());
        if (!then.isEmpty() && !command.trimmed().isEmpty()) {
            open(then);
        }
    });
    dialog->open();
}

} // namespace dtf
