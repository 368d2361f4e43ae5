// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/resultsmodel.h"

#include "common/core/escape.h"
#include "console/models/filetext.h"

#include <algorithm>

namespace dtf {

namespace {

QString text(const ResultFile &file, ResultsModel::Column column)
{
    switch (column) {
    case ResultsModel::Column::Name:
        return escapedForLog(file.name);
    case ResultsModel::Column::Size:
        return sizeText(file.size);
    case ResultsModel::Column::Hash:
        return QString::fromLatin1(file.sha256);
    }
    return {};
}

} // namespace

int ResultsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_files.size());
}

int ResultsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant ResultsModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_files.size()) {
        return {};
    }
    const auto column = static_cast<Column>(index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(m_files[index.row()], column);
    case Qt::ToolTipRole:
        return text(m_files[index.row()], column).toHtmlEscaped();
    case Qt::TextAlignmentRole:
        return int((column == Column::Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant ResultsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns) {
        return {};
    }
    switch (static_cast<Column>(section)) {
    case Column::Name:
        return tr("Result");
    case Column::Size:
        return tr("Size");
    case Column::Hash:
        return tr("SHA-256");
    }
    return {};
}

void ResultsModel::take(const QList<ResultFile> &files)
{
    const bool same = std::equal(m_files.cbegin(), m_files.cend(), files.cbegin(), files.cend(),
        [](const ResultFile &a, const ResultFile &b) { return a.name == b.name && a.size == b.size && a.sha256 == b.sha256; });
    if (!same) {
        beginResetModel();
        m_files = files;
        endResetModel();
    }
}

} // namespace dtf
