// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/localdisk.h"

#include <QDirIterator>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>
#include <unistd.h>

#include <unordered_map>

// The linker sends the product's calls here (-Wl,--wrap). The files lie in memory: there is nothing to flush, only to note.
extern "C" {
int __wrap_fsync(int descriptor);
int __wrap_fdatasync(int descriptor);
int __wrap_fsync(int descriptor)
{
    dtf::sim::LocalDisk::flushed(descriptor);
    return 0;
}
int __wrap_fdatasync(int descriptor)
{
    dtf::sim::LocalDisk::flushed(descriptor);
    return 0;
}
}

namespace dtf::sim {

namespace {

struct Journal
{
    QString path;
    LocalDisk::Mark mark;
};
struct Disks
{
    std::unordered_map<std::uint64_t, std::int64_t> flushed; ///< by inode: the size that is sure
    std::unordered_map<const Process *, Journal> journals;
};
Disks &disks()
{
    static Disks all;
    return all;
}

} // namespace

void LocalDisk::reset()
{
    disks() = {};
}

void LocalDisk::flushed(int descriptor)
{
    struct stat info
    { };
    if (::fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode)) {
        disks().flushed[info.st_ino] = info.st_size;
    }
}

void LocalDisk::watch(const ProcessPtr &process, const QString &journal)
{
    disks().journals[process.get()] = {journal, {}};
}

LocalDisk::Mark LocalDisk::begin(const ProcessPtr &process)
{
    const auto it = disks().journals.find(process.get());
    return {it == disks().journals.end() ? -1 : QFileInfo(it->second.path).size()};
}

void LocalDisk::end(const ProcessPtr &process, const Mark &mark)
{
    const auto it = disks().journals.find(process.get());
    if (it != disks().journals.end() && QFileInfo(it->second.path).size() > mark.journalSize) {
        it->second.mark = mark;
        process->diskBusy = true;
    }
}

void LocalDisk::answered(const ProcessPtr &process)
{
    process->diskBusy = false;
}

void LocalDisk::tear(const ProcessPtr &process, Rng &dice)
{
    const auto it = disks().journals.find(process.get());
    if (it == disks().journals.end() || !process->diskBusy) {
        return;
    }
    QFile file(it->second.path);
    const qint64 from = it->second.mark.journalSize;
    if (from >= 0 && file.size() > from && dice.chance(0.5)) {
        file.resize(dice.within(from, file.size()));
    }
}

void LocalDisk::losePower(const QString &folder, Rng &dice)
{
    QStringList paths;
    QDirIterator it(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        paths.append(it.next());
    }
    paths.sort(); // the order of the dice
    for (const QString &path : std::as_const(paths)) {
        struct stat info
        { };
        if (::stat(QFile::encodeName(path).constData(), &info) != 0) {
            continue;
        }
        const auto known = disks().flushed.find(info.st_ino);
        const std::int64_t sure = known == disks().flushed.end() ? 0 : known->second;
        if (info.st_size > sure && dice.chance(0.7)) {
            QFile(path).resize(dice.chance(0.7) ? sure : dice.within(sure, info.st_size));
        }
    }
}

} // namespace dtf::sim
