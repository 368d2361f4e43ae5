// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/core/error.h"
#include "console/net/filters.h"

#include <QList>
#include <QString>

#include <optional>

class QSettings;

namespace dtf {

/// A filter of the files under the user's name for it: "held in Leeds".
struct NamedFilter
{
    QString name;
    JobFilter filter; ///< without limit and cursor
};

/// The filters that the user keeps, in the settings. What can't be understood there (of a newer console) is left out of the list
/// and stays where it is. Thread: that of the settings.
class SavedFilters
{
public:
    static constexpr int most = 50;
    static constexpr int longestName = 60;

    explicit SavedFilters(QSettings &settings)
        : m_settings(settings)
    { }

    [[nodiscard]] QList<NamedFilter> all() const; ///< by name
    [[nodiscard]] std::optional<JobFilter> find(const QString &name) const;
    /// Adds it or replaces the one of that name. InvalidArgument: no name, or too long; TooMany beyond `most`.
    [[nodiscard]] Result<void> put(const NamedFilter &filter);
    void remove(const QString &name);

private:
    QSettings &m_settings;
};

} // namespace dtf
