// SPDX-License-Identifier: GPL-3.0-or-later
// The console against a large and busy fleet. `bench_console run JOBS SECONDS` begins an orchestrator in a process of its own
// (kept store: console-JOBS.sqlite in the current folder), then the yardsticks and the console, each in its own process.
#include "orchestrator/api/apiserver.h"
#include "tests/bench/consoleclient.h"
#include "tests/bench/consolefleet.h"

#include <QApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QLoggingCategory>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace dtf::bench;

namespace {

int serve(const QStringList &words)
{
    ConsoleFleet::Options options;
    options.store = words.value(0);
    options.jobs = words.value(1).toInt();
    options.changesPerSecond = words.value(2).toInt();
    ConsoleFleet fleet(options);
    fleet.fill();
    dtf::SystemClock clock;
    dtf::AccessList access;
    access.add({dtf::Role::Operator, u"anna"_s, {}},
        QCryptographicHash::hash("operator-token-0123456789abcdef", QCryptographicHash::Sha256));
    dtf::ApiConfig config;
    config.port = 0;
    dtf::ApiServer server(fleet, access, config, clock);
    const auto port = server.listen();
    if (!port) {
        std::fprintf(stderr, "bench: %s\n", qUtf8Printable(port.error().detail));
        return 1;
    }
    fleet.start(server.publisher());
    std::printf("port %d\n", *port);
    std::fflush(stdout);
    return QCoreApplication::exec();
}

/// Its output is shown; its settings are its own.
int runClient(const QStringList &words, const QString &settings)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"XDG_CONFIG_HOME"_s, settings);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    process.start(QCoreApplication::applicationFilePath(), words + QStringList {QString::number(monotonicMs(), 'f', 3)});
    process.waitForFinished(-1);
    return process.exitCode();
}

int run(int jobs, int seconds, int changes)
{
    QTemporaryDir settings;
    std::printf("console bench: %d jobs, %d changes/s\n", jobs, changes);
    std::fflush(stdout);
    QProcess server;
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(QCoreApplication::applicationFilePath(),
        {u"server"_s, QDir::current().filePath(u"console-%1.sqlite"_s.arg(jobs)), QString::number(jobs),
            QString::number(changes)});
    QByteArray said;
    while (!said.contains('\n') && server.waitForReadyRead(600'000)) {
        said += server.readAllStandardOutput();
    }
    const int port = said.simplified().split(' ').value(1).toInt();
    if (port == 0) {
        std::fputs("bench: the orchestrator did not begin\n", stderr);
        return 1;
    }
    int code = runClient({u"yardsticks"_s, QString::number(20'000), u"5"_s}, settings.path());
    code += runClient({u"client"_s, u"http://127.0.0.1:%1"_s.arg(port), QString::number(seconds)}, settings.path());
    server.terminate();
    server.waitForFinished(10'000);
    return code;
}

} // namespace

int main(int argc, char **argv)
{
    QLoggingCategory::setFilterRules(u"*.info=false\n*.debug=false"_s);
    const QByteArray mode(argc > 1 ? argv[1] : "");
    if (mode == "client" || mode == "yardsticks") {
        QApplication application(argc, argv);
        const QStringList words = QCoreApplication::arguments().mid(2);
        return mode == "client"
            ? measureConsole(application, QUrl(words.value(0)), words.value(2).toDouble(), words.value(1).toInt())
            : measureYardsticks(application, words.value(0).toInt(), words.value(1).toInt());
    }
    QCoreApplication application(argc, argv);
    const QStringList words = QCoreApplication::arguments().mid(2);
    if (mode == "server") {
        return serve(words);
    }
    if (mode == "run" && words.value(0).toInt() > 0 && words.value(1).toInt() > 0) {
        return run(words.value(0).toInt(), words.value(1).toInt(), words.size() > 2 ? words[2].toInt() : 2'000);
    }
    std::fputs("usage: bench_console run JOBS SECONDS [CHANGES/S]\n", stderr);
    return 2;
}
