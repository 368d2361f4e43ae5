// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/configerrors.h"

#include <algorithm>
#include <vector>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

int editDistance(const QString &a, const QString &b)
{
    std::vector<int> row(size_t(b.size()) + 1);
    for (size_t j = 0; j < row.size(); ++j) {
        row[j] = int(j);
    }
    for (qsizetype i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = int(i);
        for (size_t j = 1; j < row.size(); ++j) {
            const int replaced = diagonal + (a[i - 1] == b[qsizetype(j) - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

void ConfigErrors::add(const QString &path, const QString &what)
{
    QString at = path;
    while (!at.isEmpty() && !m_lines.contains(at)) {
        at.truncate(qMax<qsizetype>(0, qMax(at.lastIndexOf(u'.'), at.lastIndexOf(u'['))));
    }
    m_entries.append({m_lines.value(at, 0), path, what});
}

bool ConfigErrors::has(const QString &path) const
{
    return std::any_of(m_entries.begin(), m_entries.end(), [&path](const Entry &entry) { return entry.path == path; });
}

Error ConfigErrors::error() const
{
    QList<Entry> sorted = m_entries;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Entry &a, const Entry &b) { return a.line < b.line; });
    QStringList lines;
    for (const Entry &entry : sorted) {
        const QString place = entry.line > 0 ? u"%1:%2"_s.arg(m_fileName).arg(entry.line) : m_fileName;
        lines.append(u"%1: %2: %3"_s.arg(place, entry.path, entry.what));
    }
    return {ErrorCode::InvalidArgument, lines.join(u'\n')};
}

QString nearestName(const QString &name, const QStringList &names)
{
    QString best;
    int bestDistance = qMax(2, int(name.size()) / 3) + 1;
    for (const QString &candidate : names) {
        if (candidate.size() > 64 || name.size() > 64) {
            continue;
        }
        const int distance = editDistance(name, candidate);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
    }
    return best;
}

} // namespace dtf
