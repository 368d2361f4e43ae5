// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSslCertificate>
#include <QString>

namespace dtf {

/// "CN=dtf-orch, O=Example": remote text, escape before display. "no name" when there is none. Pure.
[[nodiscard]] QString subjectText(const QSslCertificate &certificate);
[[nodiscard]] QString issuerText(const QSslCertificate &certificate);
/// "2027-01-31 08:00 UTC"
[[nodiscard]] QString certificateTime(const QDateTime &time);

} // namespace dtf
