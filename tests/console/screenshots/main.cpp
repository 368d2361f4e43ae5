// SPDX-License-Identifier: GPL-3.0-or-later
// Takes pictures of every page of the console. tests/console/screenshots/run calls it for every theme and size.
#include "tests/console/screenshots/album.h"
#include "tests/console/screenshots/pages.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>

#include <cstdio>

using namespace dtf;
using namespace Qt::StringLiterals;

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"dtf-console"_s);
    QApplication::setOrganizationName(u"DTF"_s);
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Takes pictures of the console's pages and names clipped texts."_s);
    parser.addHelpOption();
    const QCommandLineOption theme(u"theme"_s, u"light, dark or high-contrast."_s, u"THEME"_s, u"light"_s);
    const QCommandLineOption mainOnly(u"main-pages"_s, u"Leaves out dialogs and menus."_s);
    parser.addOptions({theme, mainOnly});
    parser.addPositionalArgument(u"folder"_s, u"Where the pictures go; made if it is missing."_s);
    parser.process(application);
    const auto kind = themeFromString(parser.value(theme));
    if (!kind || parser.positionalArguments().size() != 1) {
        std::fprintf(stderr, "console_screenshots: give a folder, and light, dark or high-contrast as theme; see --help\n");
        return 2;
    }
    const QString folder = parser.positionalArguments().constFirst();
    if (!QDir().mkpath(folder)) {
        std::fprintf(stderr, "console_screenshots: the folder %s can't be made\n", qUtf8Printable(folder));
        return 2;
    }
    PhotoPlan plan;
    plan.theme = *kind;
    plan.mainPagesOnly = parser.isSet(mainOnly);
    Album album(folder);
    photograph(plan, album);
    std::printf("%d pictures in %s, %d faults\n", album.size(), qUtf8Printable(folder), int(album.faults().size()));
    return album.faults().isEmpty() ? 0 : 1;
}
