// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/pictureview.h"

#include <QBuffer>
#include <QLabel>
#include <QTest>
#include <QtEndian>

using namespace Qt::StringLiterals;
using namespace dtf;

namespace {

QByteArray pngOf(const QSize &size)
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::darkGreen);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    (void)buffer.open(QIODevice::WriteOnly);
    (void)image.save(&buffer, "PNG");
    return bytes;
}

/// The header of a picture of 60,000 × 60,000 points and nothing else.
QByteArray hugePng()
{
    QByteArray bytes = pngOf({1, 1});
    const QByteArray side = QByteArray::fromHex("0000ea60");
    bytes.replace(16, 4, side);
    bytes.replace(20, 4, side);
    quint32 sum = 0xffffffff; // of "IHDR" and its 13 bytes, as PNG wants it
    for (qsizetype i = 12; i < 29; ++i) {
        sum ^= static_cast<quint8>(bytes[i]);
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum >> 1) ^ (sum & 1 ? 0xedb88320 : 0);
        }
    }
    QByteArray written(4, 0);
    qToBigEndian(~sum, written.data());
    bytes.replace(29, 4, written);
    return bytes;
}

struct Fixture
{
    Fixture()
        : store(clock)
        , commands(store)
        , view(store, commands)
    {
        view.resize(400, 300);
        view.show();
        view.setNode(*NodeName::parse("DTF-01"));
    }

    SystemClock clock;
    FleetStore store;
    FleetCommands commands;
    PictureView view;
};

} // namespace

class TestPicture : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodes()
    {
        QCOMPARE(decodedPicture(pngOf({1600, 900}))->size(), QSize(1600, 900));
        QVERIFY(!decodedPicture("no picture"));
        QVERIFY(!decodedPicture({}));
        QVERIFY(decodedPicture(hugePng()).error().code == ErrorCode::TooLarge);
        QVERIFY(!decodedPicture(pngOf({100, 100}).left(60)));
    }

    void aPictureHasAnAge()
    {
        Fixture f;
        f.view.take(f.view.node(), pngOf({1600, 900}));
        QTRY_COMPARE(f.view.canvas()->image().size(), QSize(1600, 900));
        QVERIFY2(f.view.stateLabel()->text().startsWith(u"DTF-01, 0s old"_s), qPrintable(f.view.stateLabel()->text()));
    }

    void withoutAConnectionTheReasonIsSaid()
    {
        Fixture f;
        QVERIFY2(f.view.stateLabel()->text().contains(u"Nothing is known"_s), qPrintable(f.view.stateLabel()->text()));
    }

    void anErrorKeepsThePictureBefore()
    {
        Fixture f;
        f.view.take(f.view.node(), pngOf({80, 60}));
        QTRY_VERIFY(!f.view.canvas()->image().isNull());
        f.view.take(f.view.node(), fail(ErrorCode::Timeout, u"the agent did not answer\n"_s));
        QVERIFY(!f.view.canvas()->image().isNull());
        QVERIFY(f.view.stateLabel()->text().contains(u"No newer one: the agent did not answer\\x0a"_s));
    }

    void anAnswerForAnotherNodeIsNotShown()
    {
        Fixture f;
        const NodeName before = f.view.node();
        f.view.setNode(*NodeName::parse("DTF-02"));
        f.view.take(before, fail(ErrorCode::Timeout, u"late"_s));
        QVERIFY(!f.view.stateLabel()->text().contains(u"late"_s));
    }

    void aClickShowsItInItsOwnSize()
    {
        Fixture f;
        f.view.take(f.view.node(), pngOf({1600, 900}));
        QTRY_VERIFY(!f.view.canvas()->image().isNull());
        QVERIFY(f.view.canvas()->width() <= 400);
        QTest::mouseClick(f.view.canvas(), Qt::LeftButton);
        QVERIFY(!f.view.fits());
        QCOMPARE(f.view.canvas()->size(), QSize(1600, 900));
        QTest::keyClick(f.view.canvas(), Qt::Key_Space);
        QVERIFY(f.view.fits());
    }
};

QTEST_MAIN(TestPicture)
#include "tst_picture.moc"
