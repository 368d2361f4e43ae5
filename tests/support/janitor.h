// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QString>

namespace dtf {

/// Ends, by their ids, all processes that carry the folder, and removes it: when it is told to, or as soon as the test is gone,
/// however that went. The folder stays when DTF_TEST_KEEP is set.
class Janitor
{
public:
    explicit Janitor(const QString &folder);
    void tidy(); ///< at most 20 s

private:
    QProcess m_process;
};

} // namespace dtf
