// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/certificatedialog.h"

#include "common/core/escape.h"
#include "common/net/certificatetext.h"
#include "common/net/tlstrust.h"

#include <QCheckBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int usualWidth = 560; ///< pixels; longer texts wrap
constexpr qsizetype longestName = 300; ///< of what a certificate says of itself

QLabel *plainLabel(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

/// Can be selected with mouse and keyboard, to be compared or copied.
QLabel *factLabel(const QString &text, const QString &objectName)
{
    QLabel *label = plainLabel(text);
    label->setObjectName(objectName);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

/// In two lines of sixteen pairs, as wide as a dialog may be.
QString inTwoLines(const Fingerprint &print)
{
    const QString text = print.toString();
    return text.left(48) + u'\n' + text.mid(48);
}

QLabel *printLabel(const Fingerprint &print, const QString &objectName, const QString &red)
{
    QLabel *label = factLabel(inTwoLines(print), objectName);
    label->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    label->setStyleSheet(red);
    return label;
}

} // namespace

CertificateDialog::CertificateDialog(const Question &question, const Theme &theme, QWidget *parent)
    : QDialog(parent)
    , m_print(fingerprintOf(question.shown))
    , m_changed(!question.pinned.isEmpty() && question.pinned != m_print)
    , m_isPinned(!question.pinned.isEmpty() && question.pinned == m_print)
{
    setWindowTitle(tr("Certificate of %1").arg(escapedForLog(question.server, longestName)));
    setMinimumWidth(usualWidth);
    const QString red = u"QLabel { color: %1; font-weight: 600; }"_s.arg(theme.text(Tone::Trouble).name());
    auto *all = new QVBoxLayout(this);
    all->setSpacing(10);
    QLabel *heading = plainLabel(verdict(question));
    heading->setObjectName(u"verdict"_s);
    heading->setStyleSheet(m_changed ? red : QString());
    all->addWidget(heading);
    all->addWidget(facts(question, m_changed ? red : QString()));
    auto *buttons = new QDialogButtonBox(m_isPinned ? QDialogButtonBox::Close : QDialogButtonBox::Cancel);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    if (!m_isPinned) {
        all->addWidget(plainLabel(tr("On the orchestrator's machine IT runs dtf-orchestrator --check. Compare its line "
                                     "\"certificate\" with the fingerprint "
                                     "above, by telephone if need be. Pin it only when both are the same.")));
        m_compared = new QCheckBox(tr("I have &compared them: they are the same"));
        all->addWidget(m_compared);
        m_pin = buttons->addButton(m_changed ? tr("&Pin this one instead") : tr("&Pin it"), QDialogButtonBox::AcceptRole);
        m_pin->setAutoDefault(false);
        m_pin->setEnabled(false);
        buttons->button(QDialogButtonBox::Cancel)->setText(tr("Do not trust it"));
        buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
        connect(m_compared, &QCheckBox::toggled, m_pin, &QWidget::setEnabled);
        connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    }
    all->addWidget(buttons);
    all->activate(); // labels that wrap ask for more height than they need at this width
    resize(usualWidth, all->totalHeightForWidth(usualWidth));
}

QString CertificateDialog::verdict(const Question &question) const
{
    const QString server = escapedForLog(question.server, longestName);
    if (m_isPinned) {
        return tr("%1 shows the certificate that is pinned for it.").arg(server);
    }
    if (m_changed) {
        return tr(
            "%1 shows ANOTHER certificate than the one that is pinned. There is no connection, and your token was not sent. "
            "Either the certificate was renewed, or another machine answers in its place: ask IT.")
            .arg(server);
    }
    if (question.objections.isEmpty()) {
        return tr("The certificate of %1 is trusted by this computer. Pinned, it would be the only one that is.").arg(server);
    }
    return tr("The certificate of %1 is not trusted by this computer (%2). There is no connection, and your token was not sent.")
        .arg(server, escapedForLog(question.objections.join(u"; "_s), longestName));
}

QWidget *CertificateDialog::facts(const Question &question, const QString &red) const
{
    auto *box = new QWidget;
    auto *form = new QFormLayout(box);
    form->setContentsMargins({});
    const auto add = [form](const QString &title, QLabel *value) {
        value->setAccessibleName(title);
        form->addRow(title, value);
    };
    const QDateTime now = QDateTime::currentDateTimeUtc();
    const QDateTime end = question.shown.expiryDate();
    add(tr("Address"), factLabel(escapedForLog(question.address, longestName), u"address"_s));
    add(tr("Issued to"), factLabel(escapedForLog(subjectText(question.shown), longestName), u"subject"_s));
    add(tr("Issued by"), factLabel(escapedForLog(issuerText(question.shown), longestName), u"issuer"_s));
    add(tr("Valid from"), factLabel(certificateTime(question.shown.effectiveDate()), u"from"_s));
    add(tr("Valid to"), factLabel(end < now ? tr("%1 (expired)").arg(certificateTime(end)) : certificateTime(end), u"to"_s));
    if (m_changed) {
        add(tr("Pinned SHA-256"), printLabel(question.pinned, u"pinned"_s, red));
        add(tr("Shown SHA-256"), printLabel(m_print, u"fingerprint"_s, red));
    } else {
        add(tr("SHA-256"), printLabel(m_print, u"fingerprint"_s, red));
    }
    return box;
}

} // namespace dtf
