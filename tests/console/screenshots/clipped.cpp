// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/console/screenshots/clipped.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabBar>
#include <QTextDocument>
#include <QToolButton>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int slack = 1; ///< rounding
constexpr int headerPadding = 16; ///< of the style sheet, both sides

QString fault(const QString &what, const QString &text, int has, int needs)
{
    return u"%1 '%2' has %3 px and needs %4"_s.arg(what, text.left(60)).arg(has).arg(needs);
}

void look(const QLabel &label, QStringList &faults)
{
    if (label.text().isEmpty() || Qt::mightBeRichText(label.text())) {
        return;
    }
    const QRect room = label.contentsRect().adjusted(label.margin(), label.margin(), -label.margin(), -label.margin());
    if (label.wordWrap()) {
        const int needs = label.heightForWidth(label.width());
        if (needs > label.height() + slack) {
            faults.append(fault(u"the height of label"_s, label.text(), label.height(), needs));
        }
        static const QRegularExpression breaks(u"[\\s/~_-]+"_s); // where Qt breaks a line, and a few more
        const QStringList words = label.text().split(breaks);
        for (const QString &word : words) {
            if (const int width = label.fontMetrics().horizontalAdvance(word); width > room.width() + slack) {
                faults.append(fault(u"label"_s, word, room.width(), width));
            }
        }
        return;
    }
    const int needs = label.fontMetrics().size(Qt::TextShowMnemonic, label.text()).width();
    if (needs > room.width() + slack && !label.toolTip().contains(label.text().toHtmlEscaped())
        && label.toolTip() != label.text()) {
        faults.append(fault(u"label"_s, label.text(), room.width(), needs));
    }
}

void look(const QTabBar &bar, QStringList &faults)
{
    for (int i = 0; i < bar.count(); ++i) {
        const int needs = bar.fontMetrics().size(Qt::TextShowMnemonic, bar.tabText(i)).width();
        if (needs > bar.tabRect(i).width() + slack) {
            faults.append(fault(u"tab"_s, bar.tabText(i), bar.tabRect(i).width(), needs));
        }
        if (bar.tabRect(i).right() > bar.width() + slack || bar.tabRect(i).left() < -slack) {
            faults.append(u"tab '%1' is out of its bar"_s.arg(bar.tabText(i)));
        }
    }
}

void look(const QHeaderView &header, QStringList &faults)
{
    if (header.orientation() != Qt::Horizontal || !header.model()) {
        return;
    }
    for (int section = 0; section < header.count(); ++section) {
        const QString text = header.model()->headerData(section, Qt::Horizontal).toString();
        const int needs = header.fontMetrics().horizontalAdvance(text) + headerPadding;
        if (!header.isSectionHidden(section) && needs > header.sectionSize(section) + slack) {
            faults.append(fault(u"header"_s, text, header.sectionSize(section), needs));
        }
    }
}

void lookAtWidth(const QString &what, const QString &text, const QWidget &widget, QStringList &faults)
{
    if (!text.isEmpty() && widget.sizeHint().width() > widget.width() + slack) {
        faults.append(fault(what, text, widget.width(), widget.sizeHint().width()));
    }
}

void look(const QLineEdit &edit, QStringList &faults)
{
    const QString &text = edit.placeholderText();
    const int needs = edit.fontMetrics().horizontalAdvance(text);
    if (edit.text().isEmpty() && needs > edit.width() - 8) {
        faults.append(fault(u"placeholder"_s, text, edit.width() - 8, needs));
    }
}

} // namespace

QStringList clippedTexts(const QWidget &root)
{
    QStringList faults;
    const QList<QWidget *> all = root.findChildren<QWidget *>();
    for (const QWidget *widget : all) {
        if (widget->visibleRegion().isEmpty() || widget->window() != &root) {
            continue;
        }
        if (const auto *label = qobject_cast<const QLabel *>(widget)) {
            look(*label, faults);
        } else if (const auto *bar = qobject_cast<const QTabBar *>(widget)) {
            look(*bar, faults);
        } else if (const auto *header = qobject_cast<const QHeaderView *>(widget)) {
            look(*header, faults);
        } else if (const auto *button = qobject_cast<const QAbstractButton *>(widget)) {
            lookAtWidth(u"button"_s, button->text(), *button, faults);
        } else if (const auto *box = qobject_cast<const QComboBox *>(widget)) {
            lookAtWidth(u"box"_s, box->currentText(), *box, faults);
        } else if (const auto *edit = qobject_cast<const QLineEdit *>(widget)) {
            look(*edit, faults);
        }
    }
    return faults;
}

} // namespace dtf
