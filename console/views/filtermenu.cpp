// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/filtermenu.h"

#include "common/core/escape.h"
#include "console/store/savedfilters.h"
#include "console/text/texts.h"

#include <QInputDialog>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

QString labelOf(const QString &name)
{
    return escapedForLog(name, SavedFilters::longestName).replace(u'&', u"&&"_s);
}

} // namespace

FilterMenu::FilterMenu(const FleetStore &store, QWidget *parent)
    : QMenu(tr("Filter"), parent)
    , m_store(store)
{
    m_nodes = addMenu(tr("&Node"));
    QMenu *causes = addMenu(tr("&Cause"));
    for (int i = 1; i <= static_cast<int>(Cause::MarkedByOperator); ++i) {
        const auto cause = static_cast<Cause>(i);
        causes->addAction(textOf(cause), this, [this, cause] { Q_EMIT causeWanted(cause); });
    }
    connect(this, &QMenu::aboutToShow, this, &FilterMenu::fill);
}

void FilterMenu::fill()
{
    m_nodes->clear();
    const QList<NodeName> nodes = m_store.nodes().keys();
    for (const NodeName &node : nodes) {
        m_nodes->addAction(node.toString(), this, [this, node] { Q_EMIT nodeWanted(node); });
    }
    m_nodes->setEnabled(!nodes.isEmpty());
    qDeleteAll(m_own);
    m_own.clear();
    if (m_saved) {
        addSaved();
    }
}

void FilterMenu::addSaved()
{
    const QList<NamedFilter> filters = m_saved->all();
    m_own.append(addSeparator());
    for (const NamedFilter &named : filters) {
        m_own.append(addAction(labelOf(named.name), this, [this, filter = named.filter] { Q_EMIT filterWanted(filter); }));
    }
    m_own.append(addAction(tr("&Save this filter as…"), this, &FilterMenu::saveWanted));
    if (filters.isEmpty()) {
        return;
    }
    auto *remove = new QMenu(tr("&Remove"), this);
    for (const NamedFilter &named : filters) {
        remove->addAction(labelOf(named.name), this, [this, name = named.name] {
            m_saved->remove(name);
            Q_EMIT said(tr("The filter %1 is removed.").arg(escapedForLog(name, SavedFilters::longestName)));
        });
    }
    QAction *action = addMenu(remove);
    connect(action, &QObject::destroyed, remove, &QObject::deleteLater);
    m_own.append(action);
}

void FilterMenu::askName(const JobFilter &filter)
{
    auto *dialog = new QInputDialog(parentWidget());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save filter"));
    dialog->setLabelText(tr("Name of this filter"));
    dialog->setOkButtonText(tr("Save"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, filter](const QString &name) {
        const Result<void> kept = m_saved->put({name, filter});
        Q_EMIT said(kept ? tr("The filter %1 is saved.").arg(escapedForLog(name.trimmed(), SavedFilters::longestName))
                         : kept.error().detail);
    });
    dialog->open();
}

} // namespace dtf
