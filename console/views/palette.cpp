// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/palette.h"

#include "console/models/palettematch.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int typingPauseMs = 250;
constexpr int leastForFiles = 2; ///< characters

} // namespace

Palette::Palette(QList<PaletteItem> items, QWidget *parent)
    : QDialog(parent)
    , m_items(std::move(items))
    , m_edit(new QLineEdit)
    , m_list(new QListWidget)
    , m_hint(new QLabel)
{
    setWindowTitle(tr("Find anything"));
    resize(640, 420);
    m_edit->setPlaceholderText(tr("A file, node, alert, action or layout"));
    m_edit->setAccessibleName(tr("What to find"));
    m_edit->setMaxLength(200);
    m_edit->installEventFilter(this);
    m_list->setAccessibleName(tr("Found"));
    m_list->setFocusPolicy(Qt::NoFocus); // the keys go to the line above
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    auto *all = new QVBoxLayout(this);
    all->addWidget(m_edit);
    all->addWidget(m_list, 1);
    all->addWidget(m_hint);
    m_pause.setSingleShot(true);
    m_pause.setInterval(typingPauseMs);
    connect(m_edit, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_files.clear();
        m_trouble.clear();
        refresh();
        if (text.trimmed().size() >= leastForFiles) {
            m_pause.start();
        } else {
            m_pause.stop();
        }
    });
    connect(&m_pause, &QTimer::timeout, this, [this] { Q_EMIT filesWanted(m_edit->text().trimmed()); });
    connect(m_list, &QListWidget::itemClicked, this, &Palette::runCurrent);
    refresh();
}

void Palette::takeFiles(const QString &typed, const QList<PaletteItem> &files, const QString &trouble)
{
    if (typed != m_edit->text().trimmed()) {
        return;
    }
    m_files = files;
    m_trouble = trouble;
    refresh();
}

/// Files stand as they came: the orchestrator has looked at their ids and agencies too.
void Palette::refresh()
{
    const QString typed = m_edit->text().trimmed();
    QList<std::pair<int, const PaletteItem *>> found;
    for (const PaletteItem &item : m_items) {
        const int title = matchScore(typed, item.title);
        const int score = title >= 0 ? title + 1 : matchScore(typed, item.kind + u' ' + item.title + u' ' + item.detail);
        if (score >= 0) {
            found.append({score, &item});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    const PaletteItem *before = m_list->currentRow() >= 0 ? m_shown.value(m_list->currentRow()) : nullptr;
    m_shown.clear();
    for (const auto &[score, item] : std::as_const(found)) {
        m_shown.append(item);
    }
    m_shown.resize(std::min<qsizetype>(m_shown.size(), mostShown));
    for (const PaletteItem &file : std::as_const(m_files)) {
        m_shown.append(&file);
    }
    m_list->clear();
    for (const PaletteItem *item : std::as_const(m_shown)) {
        const QString text = item->kind + u":  "_s + item->title;
        auto *row = new QListWidgetItem(item->detail.isEmpty() ? text : text + u"   –   "_s + item->detail, m_list);
        if (!item->enabled) {
            row->setForeground(palette().color(QPalette::Disabled, QPalette::Text));
        }
    }
    m_list->setCurrentRow(std::max<int>(0, static_cast<int>(m_shown.indexOf(before))));
    m_hint->setText(!m_trouble.isEmpty() ? tr("Files can't be looked for: %1").arg(m_trouble)
            : m_shown.isEmpty()          ? tr("Nothing found.")
                                         : tr("Enter runs it, arrows choose, Esc closes."));
}

bool Palette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        constexpr int page = 10;
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Down:
            move(1);
            return true;
        case Qt::Key_Up:
            move(-1);
            return true;
        case Qt::Key_PageDown:
            move(page);
            return true;
        case Qt::Key_PageUp:
            move(-page);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        default:
            break;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void Palette::move(int rows)
{
    if (m_list->count() > 0) {
        m_list->setCurrentRow(std::clamp(m_list->currentRow() + rows, 0, m_list->count() - 1));
    }
}

void Palette::runCurrent()
{
    const PaletteItem *item = m_list->currentRow() >= 0 ? m_shown.value(m_list->currentRow()) : nullptr;
    if (!item) {
        return;
    }
    if (!item->enabled) {
        m_hint->setText(item->detail.isEmpty() ? tr("This is not possible now.") : item->detail);
        return;
    }
    const auto run = item->run;
    accept(); // first: what runs may open a dialog of its own
    run();
}

} // namespace dtf
