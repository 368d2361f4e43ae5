// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/tlsidentity.h"
#include "tests/console/ctl/ctlfixture.h"
#include "tests/support/certificates.h"

using namespace Qt::StringLiterals;
using namespace dtf;

/// The real program against a control plane that speaks TLS.
class TestCtlTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_own = m_made.make({.name = u"own"_s});
        m_other = m_made.make({.name = u"other"_s});
        const auto identity = loadTlsIdentity(m_own.certificate, m_own.key);
        QVERIFY(identity.has_value());
        m_tls = serverTls(*identity);
    }

    void unknownThenComparedThenPinned()
    {
        CtlFixture fixture(m_tls);
        fixture.fleet.view.summary.orchestratorBoot = *BootId::parse("0rch3str");
        fixture.fleet.view.summary.jobsByState = QList<qint64>(11, 0);
        const CtlEnd refused = fixture.run({u"nodes"_s});
        QVERIFY2(refused.code == 3, qPrintable(refused.err));
        QVERIFY2(refused.err.contains(u"Nothing was sent to"_s) && refused.err.contains(m_own.fingerprint.toString())
                && refused.err.contains(u"dtf-orchestrator --check"_s) && refused.err.contains(u"--fingerprint"_s),
            qPrintable(refused.err));
        QVERIFY(refused.out.isEmpty());
        const CtlEnd pinned = fixture.run({u"nodes"_s, u"--fingerprint"_s, m_own.fingerprint.toString()});
        QVERIFY2(pinned.code == 0, qPrintable(pinned.err));
        QVERIFY(!pinned.out.isEmpty());
    }

    void anotherCertificateThanPinned()
    {
        CtlFixture fixture(m_tls);
        const CtlEnd refused = fixture.run({u"nodes"_s, u"--fingerprint"_s, m_other.fingerprint.toString()});
        QVERIFY2(refused.code == 3, qPrintable(refused.err));
        QVERIFY2(refused.err.contains(m_own.fingerprint.toString()) && refused.err.contains(m_other.fingerprint.toString()),
            qPrintable(refused.err));
    }

    void httpForHttps()
    {
        CtlFixture fixture(m_tls);
        const CtlEnd end = fixture.run({u"nodes"_s, u"--server"_s, u"http://127.0.0.1:%1"_s.arg(fixture.port())});
        QVERIFY(end.code != 0);
        QVERIFY2(end.err.contains(u"begins with https://"_s), qPrintable(end.err));
        CtlFixture plain;
        const CtlEnd other = plain.run({u"nodes"_s, u"--server"_s, u"https://127.0.0.1:%1"_s.arg(plain.port())});
        QVERIFY2(other.code == 3, qPrintable(other.err));
        QVERIFY2(other.err.contains(u"begins with http://"_s), qPrintable(other.err));
    }

private:
    Certificates m_made;
    Certificates::Made m_own, m_other;
    QSslConfiguration m_tls;
};

QTEST_GUILESS_MAIN(TestCtlTls)
#include "tst_tls.moc"
