// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QStringList>

class QDialogButtonBox;
class QLineEdit;
class QVBoxLayout;

namespace dtf {

/// Asks before a command: what it does, to which things (all of them listed), why (a reason is needed; it goes into the audit).
/// Above 20 things their number must be typed. Everything is shown as plain text. Thread: main.
class ReasonDialog final : public QDialog
{
    Q_OBJECT

public:
    struct Question
    {
        QString title; ///< "Requeue"
        QString effect; ///< what will happen
        QStringList items; ///< escaped names of what it happens to
        QStringList leftOut; ///< escaped: "name: why not"
        bool dangerous = false; ///< something may be uploaded twice or lost: said in the button, never the default
        bool reasonOptional = false;
    };
    explicit ReasonDialog(const Question &question, QWidget *parent = nullptr);

    [[nodiscard]] QString reason() const;
    /// A further widget of the caller's (a node to choose, "now"), above the reason. Takes ownership.
    void addWidget(QWidget *widget);

    static constexpr int countTypedAbove = 20;

protected:
    void showEvent(QShowEvent *event) override;

private:
    void check();

    const qsizetype m_count;
    const bool m_reasonOptional;
    QVBoxLayout *m_more = nullptr;
    QLineEdit *m_reason = nullptr;
    QLineEdit *m_number = nullptr; ///< null: not asked
    QDialogButtonBox *m_buttons = nullptr;
};

} // namespace dtf
