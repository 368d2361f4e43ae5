// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/hangwatch.h"
#include "common/share/localsharefs.h"
#include "common/share/shareworker.h"

#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <atomic>
#include <future>
#include <thread>

using namespace dtf;

namespace {

constexpr int deadline = 30'000;

} // namespace

class TestShareWorker : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answersComeInOrderOnTheOwnersThread();
    void theQueueIsBounded();
    void noAnswerAfterTheContextDied();
    void stopForgetsWhatIsQueued();
    void stopLeavesAHangingTaskBehind();
    void silenceIsCountedFromTheLastSign();
    void onlySilenceWhileAwakeIsAHang();
    void anAnswerMayEndTheThread();
};

void TestShareWorker::answersComeInOrderOnTheOwnersThread()
{
    TaskThread thread;
    constexpr int count = 2'000;
    QList<int> answers;
    for (int i = 0; i < count; ++i) {
        auto value = std::make_shared<QByteArray>();
        const QThread *owner = QThread::currentThread();
        QVERIFY(thread.post([value, i] { *value = QByteArray::number(i); },
            [&answers, value, owner] {
                if (QThread::currentThread() == owner) {
                    answers.append(value->toInt());
                }
            }));
    }
    QTRY_COMPARE_WITH_TIMEOUT(answers.size(), count, deadline);
    QVERIFY(std::is_sorted(answers.begin(), answers.end()));
    QCOMPARE(thread.pending(), 0);
}

void TestShareWorker::theQueueIsBounded()
{
    TaskThread thread(3);
    std::promise<void> go;
    std::promise<void> running;
    QVERIFY(thread.post(
        [&] {
            running.set_value();
            go.get_future().wait();
        },
        {}));
    running.get_future().wait();
    int answers = 0;
    for (int i = 0; i < 3; ++i) {
        QVERIFY(thread.post([] {}, [&] { ++answers; }));
    }
    QVERIFY(!thread.post([] {}, {}));
    QCOMPARE(thread.pending(), 4);
    go.set_value();
    QTRY_COMPARE_WITH_TIMEOUT(answers, 3, deadline); // answers not fetched yet count too
    QVERIFY(thread.post([] {}, {}));
}

void TestShareWorker::noAnswerAfterTheContextDied()
{
    TaskThread thread;
    bool wrong = false;
    bool right = false;
    {
        QObject context;
        QVERIFY(thread.post([] {}, [&] { wrong = true; }, &context));
    }
    QVERIFY(thread.post([] {}, [&] { right = true; }));
    QTRY_VERIFY_WITH_TIMEOUT(right, deadline);
    QVERIFY(!wrong);
}

void TestShareWorker::stopForgetsWhatIsQueued()
{
    TaskThread thread;
    std::promise<void> running;
    std::promise<void> go;
    bool answered = false;
    bool ran = false;
    QVERIFY(thread.post(
        [&] {
            running.set_value();
            go.get_future().wait();
        },
        [&] { answered = true; }));
    QVERIFY(thread.post([&] { ran = true; }, {}));
    running.get_future().wait();
    std::thread release([&] {
        while (thread.pending() > 1) { // until stop() has emptied the queue
            std::this_thread::yield();
        }
        go.set_value();
    });
    QVERIFY(thread.stop(milliseconds(deadline)));
    release.join();
    QCoreApplication::sendPostedEvents();
    QVERIFY(!answered);
    QVERIFY(!ran);
    QVERIFY(!thread.post([] {}, {}));
}

void TestShareWorker::stopLeavesAHangingTaskBehind()
{
    auto go = std::make_shared<std::promise<void>>();
    auto over = std::make_shared<std::promise<void>>();
    {
        TaskThread thread;
        auto running = std::make_shared<std::promise<void>>();
        QVERIFY(thread.post(
            [go, over, running] {
                running->set_value();
                go->get_future().wait();
                over->set_value();
            },
            [] { QFAIL("answered after stop"); }));
        running->get_future().wait();
        QVERIFY(!thread.stop(milliseconds(20)));
    }
    go->set_value();
    over->get_future().wait(); // it ends by itself, with nobody left to tell
    QCoreApplication::sendPostedEvents();
}

void TestShareWorker::silenceIsCountedFromTheLastSign()
{
    std::atomic<qint64> sign {0};
    std::promise<void> running;
    std::promise<void> go;
    const QTemporaryDir dir;
    ShareWorker worker(
        std::make_unique<LocalShareFs>(dir.path(), ShareTiming {}), {}, [&] { return MonoTime {milliseconds(sign.load())}; });
    QCOMPARE(worker.silentFor(), milliseconds(0)); // idle
    QVERIFY(worker.run(
        [&](ShareFs &) {
            running.set_value();
            go.get_future().wait();
        },
        [] {}));
    running.get_future().wait();
    QTRY_VERIFY_WITH_TIMEOUT(worker.silentFor() >= milliseconds(50), deadline);
    sign = SystemClock().now().mono.value.count() + 3'600'000; // it got on, later than any load can delay the next line
    QCOMPARE(worker.silentFor(), milliseconds(0));
    sign = 0;
    QVERIFY(worker.silentFor() >= milliseconds(50));
    go.set_value();
    QTRY_COMPARE_WITH_TIMEOUT(worker.silentFor(), milliseconds(0), deadline);
}

void TestShareWorker::onlySilenceWhileAwakeIsAHang()
{
    HangWatch watch;
    const auto at = [](int second) { return MonoTime {milliseconds(1000 * second)}; };
    QVERIFY(!watch.look(milliseconds(0), at(100)));
    QVERIFY(!watch.look(milliseconds(2'000), at(102)));
    QVERIFY(!watch.look(milliseconds(4'000), at(104)));
    QVERIFY(watch.look(milliseconds(6'000), at(106)));
    QVERIFY(!watch.look(milliseconds(100), at(108))); // it answered
    // This process stood still for ten minutes in the midst of a call.
    QVERIFY(!watch.look(milliseconds(600'000), at(708)));
    QVERIFY(!watch.look(milliseconds(604'000), at(712)));
    QVERIFY(watch.look(milliseconds(606'000), at(714)));
}

void TestShareWorker::anAnswerMayEndTheThread()
{
    auto thread = std::make_unique<TaskThread>();
    int answers = 0;
    std::promise<void> both;
    QVERIFY(thread->post([] {},
        [&] {
            ++answers;
            thread.reset();
        }));
    QVERIFY(thread->post([&] { both.set_value(); }, [&] { ++answers; }));
    both.get_future().wait();
    QTRY_COMPARE_WITH_TIMEOUT(answers, 1, deadline);
    QVERIFY(!thread);
}

QTEST_GUILESS_MAIN(TestShareWorker)
#include "tst_shareworker.moc"
