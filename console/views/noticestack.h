// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>
#include <QStackedWidget>

namespace dtf {

/// A panel's content, or a sentence instead of it: loading, empty, what went wrong. Thread: main.
class NoticeStack final : public QStackedWidget
{
public:
    explicit NoticeStack(QWidget *content, QWidget *parent = nullptr)
        : QStackedWidget(parent)
        , m_notice(new QLabel(this))
    {
        m_notice->setTextFormat(Qt::PlainText);
        m_notice->setAlignment(Qt::AlignCenter);
        m_notice->setWordWrap(true);
        m_notice->setMargin(16);
        addWidget(content);
        addWidget(m_notice);
    }
    void say(const QString &words)
    {
        m_notice->setText(words);
        setCurrentIndex(1);
    }
    void showContent() { setCurrentIndex(0); }
    [[nodiscard]] QString words() const { return currentIndex() == 1 ? m_notice->text() : QString(); } ///< empty: the content

private:
    QLabel *m_notice;
};

} // namespace dtf
