// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tokens.h"
#include "common/core/quitsignals.h"
#include "console/consoleapp.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>

#include <cstdio>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

int complain(const QString &text)
{
    std::fprintf(stderr, "dtf-console: %s\n", qUtf8Printable(text));
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"dtf-console"_s);
    QApplication::setOrganizationName(u"DTF"_s);
    QApplication::setWindowIcon(QIcon(u":/icons/dtf-console.svg"_s));
    QApplication::setApplicationVersion(QStringLiteral(DTF_VERSION));
    const QuitSignals quit([] { QApplication::quit(); }); // the layout is saved as at any other end
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Shows a DTF fleet and lets operators act on it."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption server(u"server"_s, u"The orchestrator, e.g. http://dtf-orch:3000."_s, u"URL"_s);
    const QCommandLineOption tokenFile(u"token-file"_s, u"A file with one line, the operator's token."_s, u"FILE"_s);
    const QCommandLineOption fingerprint(u"fingerprint"_s,
        u"With --server https://…: its certificate's SHA-256 as dtf-orchestrator --check shows it there; only this one is trusted."_s,
        u"HEX"_s);
    const QCommandLineOption connectName(u"connect"_s, u"An orchestrator of your list, by its name there."_s, u"NAME"_s);
    const QCommandLineOption snapshot(u"snapshot"_s, u"Opens a saved state for reading, without a connection."_s, u"FILE"_s);
    parser.addOptions({connectName, server, tokenFile, fingerprint, snapshot});
    parser.process(application);
    if (!parser.positionalArguments().isEmpty()) {
        return complain(u"'%1' is not understood; see --help"_s.arg(parser.positionalArguments().constFirst()));
    }
    if (int(parser.isSet(server)) + int(parser.isSet(connectName)) + int(parser.isSet(snapshot)) > 1) {
        return complain(u"give only one of --connect, --server and --snapshot"_s);
    }
    if (parser.isSet(tokenFile) && !parser.isSet(server)) {
        return complain(u"--token-file goes with --server URL"_s);
    }
    if (parser.isSet(fingerprint) && !parser.value(server).startsWith(u"https://"_s)) {
        return complain(u"--fingerprint goes with --server https://…"_s);
    }
    if (!parser.isSet(server)) {
        ConsoleApp console;
        if (parser.isSet(snapshot)) {
            if (const Result<void> opened = console.openSaved(parser.value(snapshot)); !opened) {
                return complain(opened.error().detail);
            }
        }
        console.window().show();
        if (parser.isSet(connectName)) {
            console.connector().connectTo(parser.value(connectName));
        } else if (!parser.isSet(snapshot)) {
            console.connector().start();
        }
        return QApplication::exec();
    }
    Session::Server wanted;
    wanted.url = QUrl(parser.value(server));
    wanted.name = wanted.url.host();
    if (!wanted.url.isValid() || wanted.url.host().isEmpty()) {
        return complain(u"--server needs an address, e.g. --server http://dtf-orch:3000"_s);
    }
    if (parser.isSet(fingerprint)) {
        const Result<Fingerprint> print = Fingerprint::parse(parser.value(fingerprint));
        if (!print) {
            return complain(u"--fingerprint "_s + print.error().detail);
        }
        wanted.trust = TlsTrust(*print);
    }
    if (parser.isSet(tokenFile)) {
        const Result<QByteArray> token = readTokenFile(parser.value(tokenFile));
        if (!token) {
            return complain(token.error().detail);
        }
        wanted.token = *token;
    }
    ConsoleApp console;
    console.connectTo(wanted);
    console.window().show();
    return QApplication::exec();
}
