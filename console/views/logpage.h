// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/models/detailsource.h"
#include "console/text/loglines.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace dtf {

class NoticeStack;

/// The log of one attempt at a file, the newest unless another is chosen: read in portions while it is seen, followed while the
/// file runs, with a search. Plain text; of more lines than the bound the newest are kept. Thread: main.
class LogPage final : public QWidget
{
    Q_OBJECT

public:
    static constexpr int mostLines = 100'000;
    static constexpr int followMs = 1'000;

    explicit LogPage(DetailSource &source, QWidget *parent = nullptr);

    void setFile(const JobView &job);
    void showAttempt(Epoch attempt); ///< 0: the newest
    [[nodiscard]] QComboBox *attempts() const { return m_attempts; }
    [[nodiscard]] QPlainTextEdit *text() const { return m_view; }
    [[nodiscard]] NoticeStack *stack() const { return m_stack; }
    [[nodiscard]] QCheckBox *follow() const { return m_follow; }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    void buildSearch(QWidget *bar);
    void startAnew();
    void read();
    void took(const Result<QByteArray> &bytes);
    void drain(); ///< some of the backlog into the view: a megabyte at once would stop the window
    void find(bool backward);
    void askAttempts();
    void takeAttempts(const QList<AttemptView> &attempts);
    [[nodiscard]] bool mayGrow() const;

    DetailSource &m_source;
    JobView m_job;
    Epoch m_attempt = 0; ///< whose log is shown; 0: the newest
    Epoch m_wanted = 0; ///< to be chosen when the list of attempts has it
    LogText m_lines;
    QString m_backlog; ///< whole lines not in the view yet
    qint64 m_offset = 0;
    int m_generation = 0;
    bool m_pending = false;
    bool m_appending = false;
    bool m_atRest = false; ///< the file had come to rest before the question that is under way
    QPlainTextEdit *m_view = nullptr;
    QLineEdit *m_search = nullptr;
    QComboBox *m_attempts = nullptr; ///< hidden while there is only one
    QLabel *m_state = nullptr;
    QCheckBox *m_follow = nullptr;
    NoticeStack *m_stack = nullptr;
    QTimer m_next; ///< until the next question
    QTimer m_drain;
};

} // namespace dtf
