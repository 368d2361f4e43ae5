// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/core/servicenotify.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <memory>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace dtf;
using namespace Qt::StringLiterals;

namespace {

/// The service manager's end: a real datagram socket, as sd_notify(3) describes it. '@' stands for an abstract address.
class Manager
{
public:
    explicit Manager(const QByteArray &address)
        : m_socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un own {};
        own.sun_family = AF_UNIX;
        std::memcpy(own.sun_path, address.constData(), static_cast<size_t>(address.size()));
        if (own.sun_path[0] == '@') {
            own.sun_path[0] = '\0';
        }
        const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + static_cast<size_t>(address.size()));
        m_bound = ::bind(m_socket, reinterpret_cast<const sockaddr *>(&own), length) == 0;
        qputenv("NOTIFY_SOCKET", address);
    }
    Manager(const Manager &) = delete;
    Manager &operator=(const Manager &) = delete;
    ~Manager()
    {
        ::close(m_socket);
        qunsetenv("NOTIFY_SOCKET");
        qunsetenv("WATCHDOG_USEC");
        qunsetenv("WATCHDOG_PID");
    }

    [[nodiscard]] bool isBound() const { return m_bound; }
    /// The next message, waited for without turning this thread's event loop. Empty: none came.
    [[nodiscard]] QByteArray next(int milliseconds) const
    {
        pollfd wait {m_socket, POLLIN, 0};
        char bytes[4096];
        const ssize_t size = ::poll(&wait, 1, milliseconds) == 1 ? ::recv(m_socket, bytes, sizeof bytes, 0) : 0;
        return size > 0 ? QByteArray(bytes, size) : QByteArray();
    }

    /// The next message, the event loop turning meanwhile. Empty: none came in 20 s.
    [[nodiscard]] QByteArray awaited() const
    {
        QByteArray words;
        (void)QTest::qWaitFor([&] { return !(words = next(0)).isEmpty(); }, 20'000);
        return words;
    }

private:
    int m_socket;
    bool m_bound = false;
};

} // namespace

class TestServiceNotify : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void nobodyWantsToKnow();
    void readyComesFromTheLoopAndOnce_data();
    void readyComesFromTheLoopAndOnce();
    void aLoopThatStandsStillIsSilent();
    void anotherProcessesWatchdogIsNotOurs();
    void childrenCanNotSpeakForUsButTheNextLifeCan();
    void stoppingIsToldAndTheBeatsGoOn();
    void readyIsNotLostOnAFullQueue();
    void remoteWordsStayOneLine();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    QByteArray m_address;
};

void TestServiceNotify::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    QVERIFY(m_dir->isValid());
    m_address = QFile::encodeName(m_dir->filePath(u"notify"_s));
}

void TestServiceNotify::nobodyWantsToKnow()
{
    int asked = 0;
    ServiceNotify notify;
    notify.ready([&] {
        ++asked;
        return QString();
    });
    notify.stopping(u"ends"_s);
    QTest::qWait(0);
    QCOMPARE(asked, 0);
}

void TestServiceNotify::readyComesFromTheLoopAndOnce_data()
{
    QTest::addColumn<bool>("abstract");
    QTest::newRow("a path") << false;
    QTest::newRow("an abstract address") << true;
}

void TestServiceNotify::readyComesFromTheLoopAndOnce()
{
    QFETCH(const bool, abstract);
    const Manager manager(abstract ? "@dtf-test-notify-" + QByteArray::number(::getpid()) : m_address);
    QVERIFY(manager.isBound());
    qputenv("WATCHDOG_USEC", "400000");
    ServiceNotify notify;
    QTest::qWait(0);
    QCOMPARE(manager.next(0), QByteArray()); // not started yet
    notify.ready([] { return u"share well"_s; });
    QCOMPARE(manager.next(0), QByteArray()); // the loop has not turned yet
    QCOMPARE(manager.awaited(), QByteArray("WATCHDOG=1\nREADY=1\nSTATUS=share well\n"));
    QCOMPARE(manager.awaited(), QByteArray("WATCHDOG=1\nSTATUS=share well\n"));
}

void TestServiceNotify::aLoopThatStandsStillIsSilent()
{
    const Manager manager(m_address);
    qputenv("WATCHDOG_USEC", "400000"); // a beat each 0.2 s
    ServiceNotify notify;
    notify.ready([] { return QString(); });
    QElapsedTimer watch;
    for (int beats = 0; beats < 6; ++beats) {
        watch.start();
        QVERIFY(!manager.awaited().isEmpty());
    }
    qInfo() << "the last beat came after" << watch.elapsed() << "ms of 400";
    QCOMPARE(manager.next(1'000), QByteArray()); // this thread waits in poll(): no turn of the loop, no word
    QVERIFY(!manager.awaited().isEmpty());
}

void TestServiceNotify::anotherProcessesWatchdogIsNotOurs()
{
    const Manager manager(m_address);
    qputenv("WATCHDOG_USEC", "400000");
    qputenv("WATCHDOG_PID", QByteArray::number(::getppid()));
    ServiceNotify notify;
    notify.ready([] { return QString(); });
    QCOMPARE(manager.awaited(), QByteArray("READY=1\nSTATUS=\n"));
}

void TestServiceNotify::childrenCanNotSpeakForUsButTheNextLifeCan()
{
    const Manager manager(m_address);
    qputenv("WATCHDOG_USEC", "400000");
    qputenv("WATCHDOG_PID", QByteArray::number(::getpid()));
    {
        const ServiceNotify notify;
        for (const char *name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) {
            QVERIFY2(!qEnvironmentVariableIsSet(name), name);
        }
    }
    QCOMPARE(qgetenv("NOTIFY_SOCKET"), m_address);
    ServiceNotify again;
    again.ready([] { return QString(); });
    QVERIFY(manager.awaited().startsWith("WATCHDOG=1\nREADY=1\n"));
}

void TestServiceNotify::stoppingIsToldAndTheBeatsGoOn()
{
    const Manager manager(m_address);
    qputenv("WATCHDOG_USEC", "400000");
    ServiceNotify notify;
    notify.ready([] { return u"busy"_s; });
    QVERIFY(!manager.awaited().isEmpty());
    notify.stopping(u"ends after the running file"_s);
    QByteArray words;
    for (int beats = 0; beats < 10 && !words.contains("STOPPING=1\n"); ++beats) { // one without may be on its way
        words = manager.awaited();
    }
    QVERIFY(words.contains("STOPPING=1\nSTATUS=ends after the running file\n"));
    QCOMPARE(manager.awaited(), QByteArray("WATCHDOG=1\nSTATUS=ends after the running file\n"));
}

void TestServiceNotify::readyIsNotLostOnAFullQueue()
{
    const Manager manager(m_address);
    qputenv("WATCHDOG_USEC", "400000");
    // Fills the manager's queue as many busy services would.
    const int flood = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_un to {};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, m_address.constData(), static_cast<size_t>(m_address.size()));
    int filled = 0;
    while (::sendto(flood, "X=1", 3, 0, reinterpret_cast<const sockaddr *>(&to), sizeof to) == 3) {
        ++filled;
    }
    ::close(flood);
    QVERIFY(filled > 0);
    ServiceNotify notify;
    int asked = 0;
    notify.ready([&] {
        ++asked;
        return QString();
    });
    QTRY_VERIFY(asked >= 2); // told to a full queue
    int ready = 0;
    int beats = 0;
    const auto drained = [&] {
        for (QByteArray words = manager.next(0); !words.isEmpty(); words = manager.next(0)) {
            ready += words.contains("READY=1");
            beats += words.contains("WATCHDOG=1");
        }
        return beats >= 3;
    };
    QTRY_VERIFY(drained());
    QCOMPARE(ready, 1);
}

void TestServiceNotify::remoteWordsStayOneLine()
{
    const Manager manager(m_address);
    ServiceNotify notify;
    notify.ready([] { return u"share: x\nSTOPPING=1"_s; });
    QCOMPARE(manager.awaited(), QByteArray("READY=1\nSTATUS=share: x\\x0aSTOPPING=1\n"));
}

QTEST_GUILESS_MAIN(TestServiceNotify)
#include "tst_servicenotify.moc"
