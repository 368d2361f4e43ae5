// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/join/movedaside.h"

#include "agent/work/localdisk.h"

#include <QDir>
#include <QFile>

#include <algorithm>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

const QString prefix = u"of-another-machine-"_s;

/// Numbers of the folders there are, oldest first.
QList<int> numbersIn(const QString &folder)
{
    QList<int> numbers;
    for (const QString &name : QDir(folder).entryList({prefix + u'*'}, QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (const int number = name.mid(prefix.size()).toInt(); number > 0) {
            numbers.append(number);
        }
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

void dropOldest(const QString &folder)
{
    const QList<int> numbers = numbersIn(folder);
    for (qsizetype i = 0; i < numbers.size() - keptAside; ++i) {
        (void)QDir(folder + u'/' + prefix + QString::number(numbers[i])).removeRecursively();
    }
}

Result<void> moveOne(const QString &folder, const QString &name, const QString &target)
{
    return localdisk::moveNew(folder + u'/' + name, folder + u'/' + target + u'/' + name);
}

Result<void> makeFolder(const QString &path)
{
    return QDir().mkpath(path) ? Result<void>() : fail(ErrorCode::IoError, u"can't make the folder %1"_s.arg(path));
}

/// The agent's own files in state_dir, the enrolment last.
QStringList memoryIn(const QString &stateDir)
{
    const QDir folder(stateDir);
    QStringList names = folder.entryList(
        {u"journal.dtf"_s, u"journal.new"_s, u"journal.aside-*"_s, u"browser.json"_s}, QDir::Files | QDir::Hidden | QDir::System);
    if (QFile::exists(folder.filePath(u"enrolment"_s))) {
        names.append(u"enrolment"_s);
    }
    return names;
}

} // namespace

Result<QString> moveAside(const QString &stateDir, const QString &scratchDir)
{
    const QList<int> inState = numbersIn(stateDir);
    const QList<int> inScratch = numbersIn(scratchDir);
    const int number = 1 + qMax(inState.isEmpty() ? 0 : inState.last(), inScratch.isEmpty() ? 0 : inScratch.last());
    const QString target = prefix + QString::number(number);
    const QStringList copies = QDir(scratchDir).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    Result<void> done = makeFolder(stateDir + u'/' + target);
    bool scratchMade = false;
    for (const QString &name : copies) {
        if (done && !name.startsWith(prefix)) {
            if (!std::exchange(scratchMade, true)) {
                done = makeFolder(scratchDir + u'/' + target);
            }
            done = done.and_then([&] { return moveOne(scratchDir, name, target); });
        }
    }
    for (const QString &name : memoryIn(stateDir)) {
        done = done.and_then([&] { return moveOne(stateDir, name, target); });
    }
    done = done.and_then([&] { return localdisk::syncFolder(stateDir + u'/' + target); }).and_then([&] {
        return localdisk::syncFolder(stateDir);
    });
    if (!done) {
        return tl::unexpected(done.error());
    }
    dropOldest(stateDir);
    dropOldest(scratchDir);
    return stateDir + u'/' + target;
}

} // namespace dtf
