// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/browser/policy/profileowner.h"

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

/// The text after `name` in an argument, or in a child's one-text command line.
std::optional<QByteArray> option(const ProcessEntry &process, const QByteArray &name)
{
    for (const QByteArray &argument : process.arguments) {
        if (argument.startsWith(name)) {
            return argument.mid(name.size());
        }
        const qsizetype at = argument.indexOf(' ' + name);
        if (at >= 0) {
            return argument.mid(at + 1 + name.size());
        }
    }
    return std::nullopt;
}

} // namespace

bool carriesProfile(const ProcessEntry &process, const QString &profile)
{
    if (!process.sameUser || profile.isEmpty()) {
        return false;
    }
    const auto found = option(process, "--user-data-dir="_ba);
    if (!found) {
        return false;
    }
#ifdef _WIN32
    const QString mine = QString(profile).replace(u'/', u'\\');
    QString its = QString::fromUtf8(*found).replace(u'/', u'\\');
    its.remove(u'"');
    const bool starts = its.startsWith(mine, Qt::CaseInsensitive);
    return starts && (its.size() == mine.size() || its.at(mine.size()) == u' ');
#else
    const QByteArray mine = profile.toUtf8();
    return found->startsWith(mine) && (found->size() == mine.size() || found->at(mine.size()) == ' ');
#endif
}

bool isMainBrowser(const ProcessEntry &process)
{
    return !option(process, "--type="_ba);
}

bool usesProfileFiles(const ProcessEntry &process)
{
    const auto type = option(process, "--type="_ba);
    return !type || type->startsWith("utility");
}

int debuggingPort(const ProcessEntry &process)
{
    const auto found = option(process, "--remote-debugging-port="_ba);
    if (!found) {
        return 0;
    }
    bool ok = false;
    const int port = found->left(found->indexOf(' ') < 0 ? found->size() : found->indexOf(' ')).toInt(&ok);
    return ok && port > 0 && port < 65536 ? port : 0;
}

QList<ProcessEntry> profileProcesses(const QList<ProcessEntry> &table, const QString &profile, bool mainOnly)
{
    QList<ProcessEntry> found;
    for (const ProcessEntry &process : table) {
        if (carriesProfile(process, profile) && (!mainOnly || isMainBrowser(process))) {
            found.append(process);
        }
    }
    return found;
}

QList<qint64> processTree(const QList<ProcessEntry> &table, qint64 root)
{
    QList<qint64> tree {root};
    for (qsizetype i = 0; i < tree.size(); ++i) {
        for (const ProcessEntry &process : table) {
            if (process.parent == tree.at(i) && !tree.contains(process.pid)) {
                tree.append(process.pid);
            }
        }
    }
    return tree;
}

} // namespace dtf
