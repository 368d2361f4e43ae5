// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/logpage.h"

#include "console/models/attemptsmodel.h"
#include "console/text/texts.h"
#include "console/views/noticestack.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QToolButton>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int afterErrorMs = 5'000;
constexpr qsizetype drainedAtOnce = qsizetype {32} * 1024; ///< characters

} // namespace

LogPage::LogPage(DetailSource &source, QWidget *parent)
    : QWidget(parent)
    , m_source(source)
    , m_view(new QPlainTextEdit)
{
    m_view->setReadOnly(true);
    m_view->setUndoRedoEnabled(false);
    m_view->setMaximumBlockCount(mostLines);
    m_view->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_view->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_view->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_view->setAccessibleName(tr("Log of an attempt"));
    m_stack = new NoticeStack(m_view, this);
    auto *bar = new QWidget(this);
    buildSearch(bar);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(bar);
    all->addWidget(m_stack, 1);
    connect(m_view->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (!m_appending) { // the reader's own scrolling: up stops the following, to the end takes it up again
            m_follow->setChecked(value >= m_view->verticalScrollBar()->maximum());
        }
    });
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, &LogPage::read);
    m_drain.setSingleShot(true);
    m_drain.setInterval(0);
    connect(&m_drain, &QTimer::timeout, this, &LogPage::drain);
}

void LogPage::buildSearch(QWidget *bar)
{
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(6, 4, 6, 4);
    m_attempts = new QComboBox(bar);
    m_attempts->setAccessibleName(tr("Whose log"));
    m_attempts->setToolTip(tr("The attempt whose log is shown"));
    m_attempts->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_attempts->setMinimumContentsLength(10);
    m_attempts->hide();
    connect(m_attempts, &QComboBox::activated, this, [this](int at) {
        m_attempt = m_wanted = m_attempts->itemData(at).value<Epoch>();
        startAnew();
    });
    row->addWidget(m_attempts);
    m_search = new QLineEdit(bar);
    m_search->setPlaceholderText(tr("Search the log"));
    m_search->setAccessibleName(tr("Search the log"));
    m_search->setClearButtonEnabled(true);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { find(false); });
    row->addWidget(m_search, 1);
    const auto addStep = [&](const QString &sign, const QString &name, const QKeySequence &key, bool backward) {
        auto *action = new QAction(name, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, [this, backward] { find(backward); });
        addAction(action);
        auto *button = new QToolButton(bar);
        button->setText(sign);
        button->setToolTip(tr("%1 (%2)").arg(name, key.toString(QKeySequence::NativeText)));
        button->setAccessibleName(name);
        button->setFocusPolicy(Qt::TabFocus);
        connect(button, &QToolButton::clicked, action, &QAction::trigger);
        row->addWidget(button);
    };
    addStep(u"▲"_s, tr("Previous match"), Qt::SHIFT | Qt::Key_F3, true);
    addStep(u"▼"_s, tr("Next match"), Qt::Key_F3, false);
    m_follow = new QCheckBox(tr("Follow"), bar);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Shows new lines as they come; scrolling up stops it"));
    connect(m_follow, &QCheckBox::toggled, this, [this](bool on) {
        if (on) {
            m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
        }
    });
    row->addWidget(m_follow);
    m_state = new QLabel(bar);
    m_state->setTextFormat(Qt::PlainText);
    row->addWidget(m_state);
    auto *search = new QAction(this);
    search->setShortcut(QKeySequence::Find);
    search->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(search, &QAction::triggered, this, [this] {
        m_search->setFocus();
        m_search->selectAll();
    });
    addAction(search);
}

bool LogPage::mayGrow() const
{
    return isActive(m_job.state) && (m_attempt == 0 || m_attempt == m_job.epoch);
}

void LogPage::setFile(const JobView &job)
{
    const bool other = job.job != m_job.job;
    const bool anew = other || (job.epoch != m_job.epoch && m_attempt == 0); // one that was chosen stays
    const bool rested = isActive(m_job.state) && !isActive(job.state);
    const bool more = job.epoch != m_job.epoch || (job.state == JobState::Running && m_job.state != JobState::Running);
    m_job = job;
    if (other) {
        m_attempt = m_wanted = 0;
        m_attempts->clear();
        m_attempts->hide();
    }
    if ((other || more) && isVisible()) {
        askAttempts();
    }
    if (anew) {
        startAnew();
    } else if (rested && isVisible() && !m_pending) {
        read(); // the last lines
    }
}

void LogPage::showAttempt(Epoch attempt)
{
    attempt = attempt == m_job.epoch ? 0 : attempt; // the newest goes on to the next one
    m_wanted = attempt;
    m_attempts->setVisible(m_attempts->isVisibleTo(this) || attempt != 0);
    if (m_attempt != attempt) {
        m_attempt = attempt;
        startAnew();
    }
    m_attempts->setCurrentIndex(std::max(0, m_attempts->findData(QVariant::fromValue(attempt))));
}

void LogPage::askAttempts()
{
    if (m_job.job.isNull()) {
        return;
    }
    m_source.attempts(m_job.job, this, [this, job = m_job.job](const Result<AttemptsView> &answer) {
        if (answer && job == m_job.job) {
            takeAttempts(answer->attempts);
        }
    });
}

void LogPage::takeAttempts(const QList<AttemptView> &attempts)
{
    m_attempts->clear();
    m_attempts->addItem(tr("Newest attempt"), QVariant::fromValue(Epoch(0)));
    int ran = 0;
    for (const AttemptView &attempt : attempts) {
        if (attempt.ran) {
            ++ran;
            m_attempts->addItem(attemptLabel(attempt), QVariant::fromValue(attempt.epoch));
        }
    }
    if (m_wanted != 0 && m_attempts->findData(QVariant::fromValue(m_wanted)) < 0) {
        m_attempts->addItem(tr("#%1").arg(m_wanted), QVariant::fromValue(m_wanted));
    }
    m_attempts->setVisible(ran > 1 || m_attempt != 0);
    m_attempts->setCurrentIndex(std::max(0, m_attempts->findData(QVariant::fromValue(m_wanted))));
}

void LogPage::startAnew()
{
    ++m_generation;
    m_pending = false;
    m_offset = 0;
    m_lines = {};
    m_backlog.clear();
    m_next.stop();
    m_appending = true;
    m_view->clear();
    m_appending = false;
    m_follow->setChecked(true);
    m_state->clear();
    m_stack->say(tr("Fetching the log…"));
    if (isVisible()) {
        read();
    }
}

void LogPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_pending = false; // an answer that was lost with a connection is not waited for
    askAttempts();
    ++m_generation;
    read();
}

void LogPage::hideEvent(QHideEvent *event)
{
    m_next.stop();
    QWidget::hideEvent(event);
}

void LogPage::read()
{
    if (m_job.job.isNull() || m_pending || !isVisible()) {
        return;
    }
    m_pending = true;
    m_atRest = !mayGrow();
    m_source.log(m_job.job, m_attempt, m_offset, this, [this, generation = ++m_generation](const Result<QByteArray> &bytes) {
        if (generation == m_generation) {
            m_pending = false;
            took(bytes);
        }
    });
}

void LogPage::took(const Result<QByteArray> &bytes)
{
    if (!bytes) {
        const bool none = bytes.error().code == ErrorCode::NotFound;
        const QString words = none ? tr("There is no log yet: the file has not run.")
                                   : tr("The log can't be fetched. %1").arg(textOf(bytes.error().code));
        if (m_offset == 0) {
            m_stack->say(words);
        } else {
            m_state->setText(tr("not refreshed"));
        }
        if (!m_atRest || !none) {
            m_next.start(afterErrorMs);
        }
        return;
    }
    m_offset += bytes->size();
    m_backlog += m_lines.add(*bytes);
    if (bytes->isEmpty() && m_atRest) {
        m_backlog += m_lines.flush();
    }
    if (m_offset == 0) {
        m_stack->say(m_atRest ? tr("The log is empty.") : tr("The log is still empty."));
    } else {
        m_stack->showContent();
    }
    m_state->setText(m_atRest ? QString() : tr("live"));
    if (!m_backlog.isEmpty()) {
        m_drain.start();
    }
    if (!bytes->isEmpty() && m_backlog.isEmpty()) {
        m_next.start(0);
    } else if (bytes->isEmpty() && !m_atRest) {
        m_next.start(followMs);
    }
}

void LogPage::drain()
{
    qsizetype end = m_backlog.indexOf(u'\n', std::min(drainedAtOnce, m_backlog.size() - 1));
    end = end < 0 ? m_backlog.size() - 1 : end;
    m_appending = true;
    const int before = m_view->verticalScrollBar()->value();
    m_view->appendPlainText(m_backlog.left(end)); // its last line feed is what appending adds
    m_view->verticalScrollBar()->setValue(m_follow->isChecked() ? m_view->verticalScrollBar()->maximum() : before);
    m_appending = false;
    m_backlog.remove(0, end + 1);
    if (!m_backlog.isEmpty()) {
        m_drain.start();
    } else if (!m_next.isActive()) {
        m_next.start(m_atRest ? 0 : followMs);
    }
}

void LogPage::find(bool backward)
{
    const QString wanted = m_search->text();
    if (wanted.isEmpty()) {
        return;
    }
    const QTextDocument::FindFlags flags = backward ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    m_follow->setChecked(false);
    m_state->clear();
    if (m_view->find(wanted, flags)) {
        return;
    }
    const QTextCursor before = m_view->textCursor();
    m_view->moveCursor(backward ? QTextCursor::End : QTextCursor::Start); // once around
    if (!m_view->find(wanted, flags)) {
        m_view->setTextCursor(before);
        m_state->setText(tr("not found"));
    }
}

} // namespace dtf
