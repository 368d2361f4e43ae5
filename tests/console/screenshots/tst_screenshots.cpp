// SPDX-License-Identifier: GPL-3.0-or-later
// Every page of the console can be seen at 1280 × 720, and no word on it is cut.
#include "tests/console/screenshots/album.h"
#include "tests/console/screenshots/pages.h"

#include <QTemporaryDir>
#include <QTest>

using namespace dtf;

class TestScreenshots : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void every_page_shows_something_and_no_word_is_cut()
    {
        const QTemporaryDir folder;
        PhotoPlan plan;
        plan.nodes = 40;
        plan.files = 2'000;
        Album album(folder.path());
        photograph(plan, album);
        QVERIFY2(album.faults().isEmpty(), qPrintable(album.faults().join(u'\n')));
        QVERIFY(album.size() > 30);
    }
};

QTEST_MAIN(TestScreenshots)
#include "tst_screenshots.moc"
