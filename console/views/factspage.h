// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"
#include "console/store/fleetstore.h"

#include <QWidget>

class QFormLayout;
class QLabel;

namespace dtf {

/// What is known of a file, each fact to be selected and copied. Thread: main.
class FactsPage final : public QWidget
{
    Q_OBJECT

public:
    explicit FactsPage(const FleetStore &store, QWidget *parent = nullptr);

    void setFile(const JobView &job);
    [[nodiscard]] QString allText() const; ///< "Name: value" lines

private:
    void addFact(const QString &name, const QString &value);

    const FleetStore &m_store;
    QFormLayout *m_form = nullptr;
    QList<std::pair<QString, QLabel *>> m_facts;
    qsizetype m_next = 0; ///< while filling
};

} // namespace dtf
