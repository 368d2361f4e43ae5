// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/resourcemeter.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr double warmUp = 20; ///< seconds of a life that count for nothing: caches fill

qint64 field(const QByteArray &status, const char *key)
{
    const qsizetype at = status.indexOf(key);
    return at < 0 ? -1
                  : status.mid(at + qsizetype(qstrlen(key)), 32).trimmed().split('\n').first().split(' ').first().toLongLong();
}

qint64 filesIn(const QStringList &folders)
{
    qint64 count = 0;
    for (const QString &folder : folders) {
        QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            (void)files.next();
            ++count;
        }
    }
    return count;
}

std::pair<qint64, qint64> range(const QList<Holding> &samples, qint64 Holding::*value)
{
    const auto [low, high] = std::minmax_element(
        samples.begin(), samples.end(), [value](const Holding &a, const Holding &b) { return a.*value < b.*value; });
    return {*low.*value, *high.*value};
}

/// Twenty of them from first to last: a step, a saw and a slope look different.
QString course(const QList<Holding> &samples, qint64 Holding::*value)
{
    constexpr qsizetype shown = 20;
    QStringList points;
    for (qsizetype i = 0; i < shown; ++i) {
        points += QString::number(samples[i * (samples.size() - 1) / (shown - 1)].*value);
    }
    return points.join(u' ');
}

} // namespace

double slope(const QList<Holding> &samples, qint64 Holding::*value)
{
    double meanAt = 0;
    double mean = 0;
    for (const Holding &sample : samples) {
        meanAt += sample.at / static_cast<double>(samples.size());
        mean += static_cast<double>(sample.*value) / static_cast<double>(samples.size());
    }
    double product = 0;
    double square = 0;
    for (const Holding &sample : samples) {
        product += (sample.at - meanAt) * (static_cast<double>(sample.*value) - mean);
        square += (sample.at - meanAt) * (sample.at - meanAt);
    }
    return square > 0 ? product / square : 0;
}

ResourceMeter::ResourceMeter(QString name, QStringList temporaryFolders)
    : m_name(std::move(name))
    , m_folders(std::move(temporaryFolders))
{ }

void ResourceMeter::look(double at, pid_t pid, double age)
{
    const QString folder = u"/proc/%1"_s.arg(pid);
    QFile status(folder + u"/status"_s);
    if (pid <= 1 || age < warmUp || !status.open(QIODevice::ReadOnly)) {
        return;
    }
    const QByteArray text = status.readAll();
    Holding now;
    now.at = at;
    now.residentKb = field(text, "VmRSS:");
    now.threads = field(text, "Threads:");
    now.descriptors = QDir(folder + u"/fd"_s).entryList(QDir::NoDotAndDotDot | QDir::AllEntries | QDir::System).size();
    now.files = filesIn(m_folders);
    if (now.residentKb > 0) {
        m_samples.append(now);
    }
}

QString ResourceMeter::row() const
{
    if (m_samples.isEmpty()) {
        return m_name + u": never looked at"_s;
    }
    const QList<Holding> half = m_samples.mid(m_samples.size() / 2);
    QString text = u"%1 %2 samples"_s.arg(m_name, -14).arg(m_samples.size(), 5);
    const auto column = [&](const QString &title, qint64 Holding::*value) {
        const auto [low, high] = range(m_samples, value);
        text += u" | %1 %2..%3, second half %4/min"_s.arg(title).arg(low).arg(high).arg(slope(half, value) * 60, 0, 'f', 2);
    };
    column(u"rss kB"_s, &Holding::residentKb);
    column(u"descriptors"_s, &Holding::descriptors);
    column(u"threads"_s, &Holding::threads);
    column(u"temporary files"_s, &Holding::files);
    return text;
}

QStringList ResourceMeter::complaints(qsizetype events) const
{
    const QList<Holding> half = m_samples.mid(m_samples.size() / 2);
    if (half.size() < 10) {
        return {u"%1 was looked at only %2 times"_s.arg(m_name).arg(m_samples.size())};
    }
    QStringList wrong;
    const double time = half.last().at - half.first().at;
    const auto judge = [&](const QString &title, qint64 Holding::*value, double bound) {
        const double rise = slope(half, value) * time;
        if (rise > bound) {
            wrong += u"%1: %2 rose by %3 in the second half; at most %4 is flat; from first to last: %5"_s.arg(m_name, title)
                         .arg(rise)
                         .arg(bound)
                         .arg(course(m_samples, value));
        }
    };
    const auto each = static_cast<double>(events);
    judge(u"resident kB"_s, &Holding::residentKb, 6'000 + 4 * each); // rows of the audit that are kept in caches
    judge(u"descriptors"_s, &Holding::descriptors, std::max(4.0, each / 20));
    judge(u"threads"_s, &Holding::threads, std::max(2.0, each / 40));
    judge(u"temporary files"_s, &Holding::files, std::max(8.0, each / 20));
    return wrong;
}

} // namespace dtf
