// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/childprogram.h"

#include <QJsonObject>
#include <QList>

namespace dtf {

/// The demo's payroll portal: its own process, and the ledger that only it writes.
class Portal
{
public:
    explicit Portal(const QString &folder);

    [[nodiscard]] bool start();
    [[nodiscard]] const QString &url() const { return m_url; }
    /// POST /admin/<what>, e.g. "lock" {"on": true}.
    [[nodiscard]] bool admin(const QString &what, const QJsonObject &body);
    /// Signs in, in the browser on that port, as a person would.
    [[nodiscard]] bool signIn(const QList<int> &browserPorts);
    [[nodiscard]] QList<QJsonObject> ledger() const;
    /// How often a file of that content was uploaded.
    [[nodiscard]] qsizetype uploadsOf(const QByteArray &sourceSha256) const;
    [[nodiscard]] ChildProgram &program() { return m_program; }

private:
    QString m_folder;
    QString m_url;
    ChildProgram m_program;
};

/// resources/demo/<path>, absolute.
[[nodiscard]] QString demoFile(const QString &path);
[[nodiscard]] QString nodeProgram();

struct SampleFile
{
    QByteArray name;
    QByteArray content;
    QByteArray sha256; ///< hex
};
/// Agency files of the demo's generator; `seed` makes their contents unique. Empty: the generator failed.
[[nodiscard]] QList<SampleFile> makeSamples(const QString &folder, int count, const QString &seed, const QString &agencies = {});

} // namespace dtf
