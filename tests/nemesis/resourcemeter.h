// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include <sys/types.h>

namespace dtf {

/// What a program holds at one moment, read from /proc.
struct Holding
{
    double at = 0; ///< seconds since the first look
    qint64 residentKb = 0;
    qint64 descriptors = 0;
    qint64 threads = 0;
    qint64 files = 0; ///< in its temporary folders
};

/// Samples of one program over time: of all its lives together, for what must stay flat is what it grows to within one.
class ResourceMeter
{
public:
    ResourceMeter(QString name, QStringList temporaryFolders);

    /// Nothing is kept while `pid` is no process, nor in the first 20 s of its life.
    void look(double at, pid_t pid, double age);
    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] const QList<Holding> &samples() const { return m_samples; }
    /// "orchestrator  rss 31.2..33.0 MB (+0.02 MB/min) …"
    [[nodiscard]] QString row() const;
    /// Empty: flat. A line through the second half rises by less than a bound that a leak per file or per fault would pass
    /// (`events`: how many of both together there were in that half).
    [[nodiscard]] QStringList complaints(qsizetype events) const;

private:
    QString m_name;
    QStringList m_folders;
    QList<Holding> m_samples;
};

/// Rise of a straight line through (at, value) per second, by least squares.
[[nodiscard]] double slope(const QList<Holding> &samples, qint64 Holding::*value);

} // namespace dtf
