// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tokens.h"
#include "console/consoleapp.h"

#include <QApplication>
#include <QCommandLineParser>

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
    QApplication::setApplicationVersion(QStringLiteral(DTF_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Shows a DTF fleet and lets operators act on it."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption server(u"server"_s, u"The orchestrator, e.g. http://dtf-orch:3000."_s, u"URL"_s);
    const QCommandLineOption tokenFile(u"token-file"_s, u"A file with one line, the operator's token."_s, u"FILE"_s);
    parser.addOptions({server, tokenFile});
    parser.process(application);
    Session::Server wanted;
    wanted.url = QUrl(parser.value(server));
    wanted.name = wanted.url.host();
    if (!wanted.url.isValid() || wanted.url.host().isEmpty()) {
        return complain(u"--server URL is needed, e.g. --server http://dtf-orch:3000"_s);
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
