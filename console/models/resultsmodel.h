// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/protocol/messages.h"

#include <QAbstractTableModel>

namespace dtf {

/// The result files of one file as its manifest lists them. They don't change once they are there: another list is a reset.
/// Remote text is escaped. Thread: main.
class ResultsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Column { Name, Size, Hash };
    static constexpr int columns = static_cast<int>(Column::Hash) + 1;

    explicit ResultsModel(QObject *parent = nullptr)
        : QAbstractTableModel(parent)
    { }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void take(const QList<ResultFile> &files);

private:
    QList<ResultFile> m_files;
};

} // namespace dtf
