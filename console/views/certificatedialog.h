// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/fingerprint.h"
#include "console/views/theme.h"

#include <QDialog>
#include <QSslCertificate>
#include <QStringList>

class QCheckBox;
class QPushButton;

namespace dtf {

/// Shows the certificate of an orchestrator and asks whether it shall be pinned: accepted means yes. Everything of the other side
/// is plain text, escaped. Thread: main.
class CertificateDialog final : public QDialog
{
    Q_OBJECT

public:
    struct Question
    {
        QString server; ///< the user's word for it
        QString address;
        QSslCertificate shown;
        QStringList objections; ///< of this system; empty: its CAs trust it
        Fingerprint pinned; ///< until now; none: nothing was pinned
    };
    CertificateDialog(const Question &question, const Theme &theme, QWidget *parent = nullptr);

    [[nodiscard]] const Fingerprint &fingerprint() const { return m_print; } ///< of what is shown

private:
    [[nodiscard]] QString verdict(const Question &question) const;
    [[nodiscard]] QWidget *facts(const Question &question, const QString &red) const;

    const Fingerprint m_print;
    bool m_changed = false; ///< another one than pinned
    bool m_isPinned = false; ///< the pinned one
    QCheckBox *m_compared = nullptr;
    QPushButton *m_pin = nullptr;
};

} // namespace dtf
