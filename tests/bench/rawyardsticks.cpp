// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/rawyardsticks.h"

#include "tests/bench/orchestratorbench.h"

#include <QFile>
#include <QSocketNotifier>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTimer>

#include <algorithm>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

std::vector<QByteArray> names(const QByteArray &folder)
{
    std::vector<QByteArray> all;
    DIR *dir = opendir(folder.constData());
    while (const dirent *entry = dir ? readdir(dir) : nullptr) {
        if (entry->d_name[0] != '.') {
            all.emplace_back(entry->d_name);
        }
    }
    closedir(dir);
    return all;
}

QSqlDatabase openDatabase(const QString &path)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, path);
    database.setDatabaseName(path);
    database.open();
    QSqlQuery(u"PRAGMA journal_mode=WAL"_s, database);
    QSqlQuery(u"PRAGMA synchronous=FULL"_s, database);
    QSqlQuery(u"CREATE TABLE IF NOT EXISTS files(id INTEGER PRIMARY KEY, name BLOB, state TEXT, time INTEGER)"_s, database);
    return database;
}

void insertRow(QSqlQuery &query, const QByteArray &name)
{
    query.addBindValue(name);
    query.addBindValue(u"assigned"_s);
    query.addBindValue(qint64 {1'700'000'000'000});
    query.exec();
}

} // namespace

double rawRename(const QString &from, const QString &to)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    const double began = wallSeconds();
    const std::vector<QByteArray> all = names(source);
    for (const QByteArray &name : all) {
        ::rename((source + '/' + name).constData(), (target + '/' + name).constData());
    }
    return static_cast<double>(all.size()) / (wallSeconds() - began);
}

double rawRenameWithRows(const QString &from, const QString &to, const QString &database)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    QSqlDatabase db = openDatabase(database);
    QSqlQuery query(db);
    query.prepare(u"INSERT INTO files(name, state, time) VALUES(?, ?, ?)"_s);
    const double began = wallSeconds();
    const std::vector<QByteArray> all = names(source);
    for (size_t at = 0; at < all.size(); at += 1'024) {
        const size_t end = std::min(all.size(), at + 1'024);
        db.transaction();
        for (size_t i = at; i < end; ++i) {
            insertRow(query, all[i]);
        }
        db.commit();
        for (size_t i = at; i < end; ++i) {
            ::rename((source + '/' + all[i]).constData(), (target + '/' + all[i]).constData());
        }
    }
    return static_cast<double>(all.size()) / (wallSeconds() - began);
}

void drop(const QString &folder, int number)
{
    const QByteArray root = QFile::encodeName(folder);
    const QByteArray name = "Agency" + QByteArray::number(number) + ".csv";
    const QByteArray part = root + '/' + name + ".part";
    const int fd = ::open(part.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    (void)!::write(fd, "a;b\n1;2\n", 8);
    ::close(fd);
    ::rename(part.constData(), (root + '/' + name).constData());
}

QList<double> rawLatency(const QString &from, const QString &to, const QString &database, int count, int holdMs)
{
    const QByteArray source = QFile::encodeName(from);
    const QByteArray target = QFile::encodeName(to);
    QSqlDatabase db = openDatabase(database);
    QSqlQuery query(db);
    query.prepare(u"INSERT INTO files(name, state, time) VALUES(?, ?, ?)"_s);
    const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    inotify_add_watch(watch, source.constData(), IN_MOVED_TO | IN_CLOSE_WRITE);
    QHash<QByteArray, double> dropped;
    QList<double> late;
    QSocketNotifier notifier(watch, QSocketNotifier::Read);
    QObject context;
    QObject::connect(&notifier, &QSocketNotifier::activated, &context, [&] {
        alignas(inotify_event) char buffer[16 * 1024];
        const ssize_t got = ::read(watch, buffer, sizeof buffer);
        for (ssize_t at = 0; at < got;) {
            const auto *event = reinterpret_cast<const inotify_event *>(buffer + at);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
            const QByteArray name(event->name);
            if (name.endsWith(".csv")) {
                QTimer::singleShot(holdMs, Qt::PreciseTimer, &context, [&, name] {
                    insertRow(query, name); // a transaction of its own
                    ::rename((source + '/' + name).constData(), (target + '/' + name).constData());
                    late.append((wallSeconds() - dropped.value(name)) * 1'000 - holdMs);
                });
            }
        }
    });
    int number = 0;
    QTimer producer;
    QObject::connect(&producer, &QTimer::timeout, &context, [&] {
        if (number < count) {
            const int mine = number++;
            dropped.insert("Agency" + QByteArray::number(mine) + ".csv", wallSeconds());
            drop(from, mine);
        }
    });
    producer.start(200);
    (void)runUntil([&] { return late.size() >= count; }, milliseconds(count * 250 + holdMs + 5'000));
    ::close(watch);
    std::sort(late.begin(), late.end());
    return late;
}

} // namespace dtf::bench
