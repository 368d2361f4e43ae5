// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/savefile.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QSaveFile>

namespace dtf {

namespace {

struct SaveFile
{
    Q_DECLARE_TR_FUNCTIONS(dtf::SaveFile)
};

} // namespace

void saveWithDialog(QWidget *parent, const QString &title, const QString &proposed, const QString &filter,
    std::function<QByteArray()> content, std::function<void(const QString &)> told)
{
    auto *dialog = new QFileDialog(parent, title, {}, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(proposed.section(u'.', -1));
    dialog->selectFile(proposed);
    QObject::connect(
        dialog, &QFileDialog::fileSelected, parent, [content = std::move(content), told = std::move(told)](const QString &path) {
            QSaveFile file(path);
            const QByteArray bytes = content();
            if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit()) {
                told(SaveFile::tr("Saved as %1.").arg(path));
            } else {
                told(SaveFile::tr("%1 could not be written: %2. Choose another folder.").arg(path, file.errorString()));
            }
        });
    dialog->open();
}

} // namespace dtf
