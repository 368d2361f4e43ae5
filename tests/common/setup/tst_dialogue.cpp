// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/answers.h"
#include "common/setup/dialogue.h"

#include <QBuffer>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

/// A talk with somebody whose answers are known beforehand.
struct Talk
{
    explicit Talk(const QByteArray &answers, Dialogue::Manner manner = Dialogue::Manner::Ask,
        const QHash<QString, QStringList> &options = {})
    {
        in.setData(answers);
        (void)in.open(QIODevice::ReadOnly);
        (void)out.open(QIODevice::WriteOnly);
        dialogue = std::make_unique<Dialogue>(in, out, manner, options);
    }
    QBuffer in;
    QBuffer out;
    std::unique_ptr<Dialogue> dialogue;
};

class TestDialogue final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyAnswerIsTheDefault()
    {
        Talk talk("\n3001\n");
        QCOMPARE(talk.dialogue->ask(port()).value_or(QString()), u"3000"_s);
        QCOMPARE(talk.dialogue->ask(port()).value_or(QString()), u"3001"_s);
        QCOMPARE(talk.out.data(), "The port? [3000] The port? [3000] "_ba);
    }

    void aWrongAnswerIsToldAndAskedAgain()
    {
        Talk talk("none\n70000\n 80 \n");
        QCOMPARE(talk.dialogue->ask(port()).value_or(QString()), u"80"_s);
        QCOMPARE(talk.out.data().count("It must be a whole number from 1 to 65535."), 2);
    }

    void whoNeverAnswersWellIsLetGo()
    {
        Talk talk(QByteArray("x\n").repeated(100));
        const auto answer = talk.dialogue->ask(port());
        QVERIFY(!answer && answer.error().code == ErrorCode::Cancelled);
        QCOMPARE(talk.out.data().count("The port?"), Dialogue::mostTries);
    }

    void theEndOfTheInputEndsIt()
    {
        Talk talk("x\n");
        const auto answer = talk.dialogue->ask(port());
        QVERIFY(!answer && answer.error().code == ErrorCode::Cancelled);
    }

    void anOptionIsNotAskedForButJudged()
    {
        Talk talk("1\n", Dialogue::Manner::Ask, {{u"port"_s, {u"4000"_s}}});
        QCOMPARE(talk.dialogue->ask(port()).value_or(QString()), u"4000"_s);
        QVERIFY(talk.out.data().isEmpty());
        Talk wrong("1\n", Dialogue::Manner::Ask, {{u"port"_s, {u"0"_s}}});
        const auto answer = wrong.dialogue->ask(port());
        QVERIFY(!answer && answer.error().code == ErrorCode::InvalidArgument);
        QCOMPARE(answer.error().detail, u"--port: It must be a whole number from 1 to 65535."_s);
    }

    void yesTakesDefaultsAndNeverAsks()
    {
        Talk talk("x\n", Dialogue::Manner::TakeDefaults);
        QCOMPARE(talk.dialogue->ask(port()).value_or(QString()), u"3000"_s);
        Question needed = port();
        needed.fallback.clear();
        const auto answer = talk.dialogue->ask(needed);
        QVERIFY(!answer && answer.error().code == ErrorCode::InvalidArgument);
        QCOMPARE(answer.error().detail, u"--port is needed: it has no default"_s);
        needed.mayBeEmpty = true;
        QCOMPARE(talk.dialogue->ask(needed).value_or(u"?"_s), QString());
        QCOMPARE(talk.dialogue->confirm({}, u"Really?"_s, true).value_or(false), true);
        QCOMPARE(talk.dialogue->confirm({}, u"Really?"_s, false).value_or(true), false);
        QVERIFY(talk.out.data().isEmpty());
    }

    void yesAndNo()
    {
        Talk talk("perhaps\nY\nno\n\n", Dialogue::Manner::Ask, {{u"replace"_s, {}}});
        QCOMPARE(talk.dialogue->confirm({}, u"Go on?"_s, false).value_or(false), true);
        QCOMPARE(talk.dialogue->confirm({}, u"Go on?"_s, true).value_or(true), false);
        QCOMPARE(talk.dialogue->confirm({}, u"Go on?"_s, true).value_or(false), true);
        QCOMPARE(talk.dialogue->confirm(u"replace"_s, u"Replace?"_s, false).value_or(false), true); // the option says so
        QCOMPARE(talk.out.data().count("Please answer yes or no."), 1);
    }

    void listsKeepEachWordOnce()
    {
        Question nodes {u"node"_s, u"Nodes?"_s};
        nodes.mayBeEmpty = true;
        nodes.judge = asKey<config::Node, NodeName>(config::Node {});
        Talk talk("DTF-01 dtf-02\nDTF-01  DTF-02 DTF-01\n\n");
        QCOMPARE(talk.dialogue->askList(nodes).value_or(QStringList()), QStringList({u"DTF-01"_s, u"DTF-02"_s}));
        QVERIFY(talk.out.data().contains("must be a node name"));
        QCOMPARE(talk.dialogue->askList(nodes).value_or(QStringList {u"?"_s}), QStringList());
        Talk given({}, Dialogue::Manner::TakeDefaults, {{u"node"_s, {u"DTF-07"_s, u"DTF-08"_s}}});
        QCOMPARE(given.dialogue->askList(nodes).value_or(QStringList()), QStringList({u"DTF-07"_s, u"DTF-08"_s}));
        Talk wrong({}, Dialogue::Manner::TakeDefaults, {{u"node"_s, {u"DTF-07"_s, u"CON"_s}}});
        QVERIFY(!wrong.dialogue->askList(nodes));
    }

    void places()
    {
        QVERIFY(!asFolder(u"relative/folder"_s));
        QVERIFY(!asIpAddress(u"orchestrator"_s));
        QVERIFY(asIpAddress(u"0.0.0.0"_s) && asIpAddress(u"::1"_s));
        QVERIFY(!asCommandLine(u"  "_s));
#ifndef Q_OS_WIN
        QCOMPARE(asFolder(u"/srv//dtf/../dtf/"_s).value_or(QString()), u"/srv/dtf"_s);
#endif
    }

private:
    static Question port()
    {
        Question question {u"port"_s, u"The port?"_s, u"3000"_s};
        question.judge = asNumber(1, 65'535);
        return question;
    }
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestDialogue)
#include "tst_dialogue.moc"
