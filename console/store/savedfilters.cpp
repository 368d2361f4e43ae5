// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/savedfilters.h"

#include <QCoreApplication>
#include <QSettings>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

struct FiltersText
{
    Q_DECLARE_TR_FUNCTIONS(dtf::SavedFilters)
};

QString keyOf(const QString &name)
{
    return u"filters/"_s + QString::fromLatin1(name.toUtf8().toHex()); // a name may hold a slash
}

/// One setting per filter: its query as sent, which is readable and tells what it means.
QStringList wordsOf(const JobFilter &filter)
{
    QStringList states;
    for (const JobState state : filter.states) {
        states.append(toString(state));
    }
    return {states.join(u','), filter.node.toString(), toString(filter.cause), filter.text};
}

std::optional<JobFilter> filterFrom(const QStringList &words)
{
    if (words.size() != 4) {
        return std::nullopt;
    }
    JobFilter filter;
    const QStringList states = words[0].split(u',', Qt::SkipEmptyParts);
    for (const QString &word : states) {
        const auto state = jobStateFromString(QLatin1StringView(word.toLatin1()));
        if (!state) {
            return std::nullopt;
        }
        filter.states.append(*state);
    }
    if (!words[1].isEmpty()) {
        const auto node = NodeName::parse(words[1].toLatin1());
        if (!node) {
            return std::nullopt;
        }
        filter.node = *node;
    }
    const auto cause = causeFromString(QLatin1StringView(words[2].toLatin1()));
    if (!cause) {
        return std::nullopt;
    }
    filter.cause = *cause;
    filter.text = words[3];
    return filter;
}

} // namespace

QList<NamedFilter> SavedFilters::all() const
{
    m_settings.beginGroup(u"filters"_s);
    const QStringList keys = m_settings.childKeys();
    m_settings.endGroup();
    QList<NamedFilter> filters;
    for (const QString &key : keys) {
        const QString name = QString::fromUtf8(QByteArray::fromHex(key.toLatin1()));
        if (const auto filter = find(name)) {
            filters.append({name, *filter});
        }
    }
    std::sort(filters.begin(), filters.end(),
        [](const NamedFilter &a, const NamedFilter &b) { return a.name.compare(b.name, Qt::CaseInsensitive) < 0; });
    return filters;
}

std::optional<JobFilter> SavedFilters::find(const QString &name) const
{
    return filterFrom(m_settings.value(keyOf(name)).toStringList());
}

Result<void> SavedFilters::put(const NamedFilter &filter)
{
    const QString name = filter.name.trimmed();
    if (name.isEmpty() || name.size() > longestName) {
        return fail(ErrorCode::InvalidArgument, FiltersText::tr("Give it a name of 1 to %1 characters.").arg(longestName));
    }
    if (!m_settings.contains(keyOf(name)) && all().size() >= most) {
        return fail(ErrorCode::TooMany, FiltersText::tr("More than %1 filters can't be kept. Remove one first.").arg(most));
    }
    m_settings.setValue(keyOf(name), wordsOf(filter.filter));
    return {};
}

void SavedFilters::remove(const QString &name)
{
    m_settings.remove(keyOf(name));
}

} // namespace dtf
