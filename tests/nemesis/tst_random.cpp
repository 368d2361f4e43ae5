// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/nemesis/nemesisstory.h"

#include <QTest>

#include <cstdio>

namespace dtf {

using namespace Qt::StringLiterals;

/// A fault every second or two, drawn from a seed (DTF_NEMESIS_SEED), for as long as files flow. The same seed draws the same
/// faults at the same moments; what they hit depends on how far the machine was.
class RandomNemesis : public QObject
{
    Q_OBJECT

public:
    explicit RandomNemesis(QString noNetwork)
        : m_noNetwork(std::move(noNetwork))
    { }

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_noNetwork.isEmpty()) {
            QSKIP(qPrintable(m_noNetwork));
        }
    }
    void fewFiles() { play({.nodes = 2, .files = 10}); }
    void manyFiles() { play({.nodes = 3, .files = 220}); }
    void soak();

private:
    static void play(const NemesisStory::Bounds &bounds);
    QString m_noNetwork;
};

namespace {

void print(const QStringList &lines)
{
    for (const QString &line : lines) {
        std::printf("    %s\n", qUtf8Printable(line));
    }
    std::fflush(stdout);
}

} // namespace

void RandomNemesis::play(const NemesisStory::Bounds &bounds)
{
    const quint32 seed = nemesisSeed();
    std::printf("    DTF_NEMESIS_SEED=%u\n", seed);
    NemesisStory story(bounds, seed);
    QStringList wrong = story.play();
    print(story.figures());
    if (wrong.isEmpty()) {
        wrong = story.fleet().finalComplaints();
    }
    if (!wrong.isEmpty()) {
        print(story.diary());
    }
    QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(u'\n')));
}

/// DTF_SOAK_MINUTES, else 30.
void RandomNemesis::soak()
{
    bool given = false;
    const int minutes = qEnvironmentVariable("DTF_SOAK_MINUTES").toInt(&given);
    const quint32 seed = nemesisSeed();
    std::printf("    DTF_NEMESIS_SEED=%u\n", seed);
    NemesisStory story({.nodes = 2,
                           .files = 0,
                           .time = std::chrono::minutes(given ? minutes : 30),
                           .pauseLow = milliseconds(2'000),
                           .pauseHigh = milliseconds(6'000),
                           .sparesLives = true,
                           .calmEvery = std::chrono::minutes(5)},
        seed);
    QStringList wrong = story.play();
    print(story.figures());
    for (const ResourceMeter &meter : story.meters()) {
        print({meter.row()});
        wrong += meter.complaints(story.eventsOfSecondHalf());
    }
    if (wrong.isEmpty()) {
        wrong = story.fleet().finalComplaints();
    }
    if (!wrong.isEmpty()) {
        print(story.diary());
    }
    QVERIFY2(wrong.isEmpty(), qUtf8Printable(wrong.join(u'\n')));
}

} // namespace dtf

DTF_PRIVATE_NETWORK_MAIN(dtf::RandomNemesis)
#include "tst_random.moc"
