// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/evidencesaver.h"

#include "common/core/escape.h"
#include "console/evidence/entryname.h"
#include "console/evidence/evidencerun.h"
#include "console/text/texts.h"

#include <QFileDialog>

namespace dtf {

using namespace Qt::StringLiterals;

EvidenceSaver::EvidenceSaver(const FleetCommands &commands, QWidget &window)
    : QObject(&window)
    , m_commands(commands)
    , m_window(window)
{ }

void EvidenceSaver::ask(const JobView &job)
{
    if (!m_commands.session()) {
        Q_EMIT said(tr("Evidence is gathered from the orchestrator, and none is connected."));
        return;
    }
    if (m_run) {
        Q_EMIT said(tr("Another archive is being made. Try again when it is there."));
        return;
    }
    QSet<QString> none;
    auto *dialog = new QFileDialog(&m_window, tr("Save evidence"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"zip"_s);
    dialog->setNameFilter(tr("Archives (*.zip)"));
    dialog->selectFile(entryName(u"evidence-%1.zip"_s.arg(job.name), none));
    connect(dialog, &QFileDialog::fileSelected, this, [this, job](const QString &path) { save(job, path); });
    dialog->open();
}

void EvidenceSaver::save(const JobView &job, const QString &path)
{
    Session *session = m_commands.session();
    if (!session || m_run) {
        Q_EMIT said(tr("The archive can't be made now. Try again."));
        return;
    }
    m_run = new EvidenceRun(
        session->client(), {job.job, path, session->server().url.toString(QUrl::RemoveUserInfo), session->user()}, this);
    const QString name = escapedForLog(job.name, 80);
    connect(m_run, &EvidenceRun::progressed, this, [this, name](const QString &what) { Q_EMIT said(name + u": "_s + what); });
    connect(m_run, &EvidenceRun::finished, this, [this, name, path](const EvidenceRun::Sum &sum) {
        m_run->deleteLater();
        m_run.clear();
        if (sum.error) {
            Q_EMIT said(
                tr("No archive of %1 was made. %2 %3").arg(name, textOf(sum.error->code), escapedForLog(sum.error->detail, 200)));
        } else if (sum.missing.isEmpty()) {
            Q_EMIT said(tr("The evidence about %1 is in %2.").arg(name, escapedForLog(path)));
        } else {
            Q_EMIT said(tr("The evidence about %1 is in %2, but not all of it: %3")
                            .arg(name, escapedForLog(path), sum.missing.join(u' ')));
        }
    });
    m_run->start();
}

} // namespace dtf
