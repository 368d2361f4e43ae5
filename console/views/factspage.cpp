// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/factspage.h"

#include "common/core/escape.h"
#include "console/models/filetext.h"
#include "console/text/texts.h"
#include "console/text/timetext.h"

#include <QClipboard>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace dtf {

using namespace Qt::StringLiterals;

FactsPage::FactsPage(const FleetStore &store, QWidget *parent)
    : QWidget(parent)
    , m_store(store)
{
    auto *content = new QWidget;
    m_form = new QFormLayout(content);
    m_form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    auto *area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(content);
    auto *copy = new QPushButton(tr("Copy all"), this);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(allText()); });
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 6);
    all->addWidget(area, 1);
    all->addWidget(copy, 0, Qt::AlignRight);
}

void FactsPage::setFile(const JobView &job)
{
    const WallTime now = m_store.summary().time;
    const QTimeZone zone = QTimeZone::systemTimeZone();
    m_next = 0;
    addFact(tr("File"), escapedForLog(job.name));
    addFact(tr("Id"), job.job.toString());
    addFact(tr("State"), textOf(job.state) + u". "_s + sentenceOf(job.state));
    addFact(tr("Cause"), textOf(job.cause));
    addFact(tr("Detail"), escapedForLog(job.detail));
    addFact(tr("Last line"), escapedForLog(job.lastLine));
    addFact(tr("Path on the share"), escapedForLog(job.place));
    addFact(tr("Agency"), escapedForLog(job.affinity));
    addFact(tr("Size"), tr("%1 (%2 bytes)").arg(sizeText(job.size)).arg(job.size));
    addFact(tr("SHA-256"), QString::fromLatin1(job.sha256));
    addFact(tr("Rows processed"), job.rows < 0 ? QString() : QString::number(job.rows));
    addFact(tr("Node"), job.node.toString());
    addFact(tr("Runs started"), QString::number(job.attempts));
    addFact(tr("Assignment"), job.epoch > 0 ? u"#%1"_s.arg(job.epoch) : QString());
    addFact(tr("Priority"), QString::number(job.priority));
    addFact(tr("Accepted"), timeText(job.accepted, now, zone));
    addFact(tr("Changed"), timeText(job.changed, now, zone));
}

void FactsPage::addFact(const QString &name, const QString &value)
{
    if (m_next == m_facts.size()) {
        auto *label = new QLabel;
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        label->setAccessibleName(name);
        m_form->addRow(name, label);
        m_facts.append({name, label});
    }
    QLabel *label = m_facts[m_next++].second;
    const QString text = value.isEmpty() ? u"–"_s : value;
    if (label->text() != text) { // else a selection would go
        label->setText(text);
    }
}

QString FactsPage::allText() const
{
    QStringList lines;
    for (const auto &[name, label] : m_facts) {
        lines.append(name + u": "_s + label->text());
    }
    return lines.join(u'\n');
}

} // namespace dtf
