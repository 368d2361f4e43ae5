// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/reasondialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace dtf {

namespace {

constexpr int longestReason = 500; ///< the API's bound

QLabel *plainLabel(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QListWidget *listOf(const QStringList &items, const QString &name)
{
    auto *list = new QListWidget;
    list->addItems(items);
    list->setAccessibleName(name);
    list->setSelectionMode(QAbstractItemView::NoSelection);
    list->setTextElideMode(Qt::ElideMiddle);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (int row = 0; row < list->count(); ++row) {
        list->item(row)->setToolTip(items[row].toHtmlEscaped());
    }
    const int rows = static_cast<int>(std::clamp<qsizetype>(items.size(), 1, 8));
    list->setFixedHeight(rows * list->sizeHintForRow(0) + 2 * list->frameWidth() + 2);
    return list;
}

/// A field with its label close above it.
QVBoxLayout *field(QLabel *label, QLineEdit *edit)
{
    auto *both = new QVBoxLayout;
    both->setSpacing(3);
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    both->addWidget(label);
    both->addWidget(edit);
    return both;
}

} // namespace

ReasonDialog::ReasonDialog(const Question &question, QWidget *parent)
    : QDialog(parent)
    , m_count(question.items.size())
    , m_reasonOptional(question.reasonOptional)
{
    setWindowTitle(question.title);
    setMinimumWidth(460);
    auto *all = new QVBoxLayout(this);
    all->setSpacing(10);
    all->addWidget(plainLabel(question.effect));
    if (!question.items.isEmpty()) {
        all->addWidget(listOf(question.items, tr("What it happens to")));
    }
    if (!question.leftOut.isEmpty()) {
        all->addWidget(plainLabel(tr("%n left out:", nullptr, static_cast<int>(question.leftOut.size()))));
        all->addWidget(listOf(question.leftOut, tr("Left out")));
    }
    m_more = new QVBoxLayout;
    all->addLayout(m_more);
    m_reason = new QLineEdit;
    m_reason->setMaxLength(longestReason);
    m_reason->setPlaceholderText(tr("Why? Others will read it in the audit."));
    auto *reasonLabel = new QLabel(m_reasonOptional ? tr("&Reason (may be left empty)") : tr("&Reason"));
    reasonLabel->setBuddy(m_reason);
    all->addLayout(field(reasonLabel, m_reason));
    if (m_count > countTypedAbove) {
        m_number = new QLineEdit;
        auto *numberLabel = new QLabel(tr("These are %1. Type their &number to go on").arg(m_count));
        numberLabel->setBuddy(m_number);
        all->addLayout(field(numberLabel, m_number));
        connect(m_number, &QLineEdit::textChanged, this, &ReasonDialog::check);
    }
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_buttons->button(QDialogButtonBox::Ok)->setText(question.dangerous ? tr("%1 anyway").arg(question.title) : question.title);
    if (question.dangerous) {
        m_buttons->button(QDialogButtonBox::Ok)->setAutoDefault(false);
        m_buttons->button(QDialogButtonBox::Cancel)->setDefault(true);
    }
    all->addWidget(m_buttons);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_reason, &QLineEdit::textChanged, this, &ReasonDialog::check);
    m_reason->setFocus();
    check();
}

QString ReasonDialog::reason() const
{
    return m_reason->text().trimmed();
}

void ReasonDialog::addWidget(QWidget *widget)
{
    m_more->addWidget(widget);
}

/// No higher than its words need: a wrapped label guesses its height before it knows its width.
void ReasonDialog::showEvent(QShowEvent *event)
{
    resize(width(), layout()->totalHeightForWidth(width()));
    QDialog::showEvent(event);
}

void ReasonDialog::check()
{
    const bool counted = !m_number || m_number->text().trimmed() == QString::number(m_count);
    QPushButton *ok = m_buttons->button(QDialogButtonBox::Ok);
    ok->setEnabled(counted && (m_reasonOptional || !reason().isEmpty()));
    ok->setToolTip(ok->isEnabled()                    ? QString()
            : !m_reasonOptional && reason().isEmpty() ? tr("A reason is needed.")
                                                      : tr("Type the number first."));
}

} // namespace dtf
