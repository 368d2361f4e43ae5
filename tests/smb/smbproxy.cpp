// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/smbproxy.h"

namespace dtf {

using namespace Qt::StringLiterals;

SmbProxy::SmbProxy(const SmbGround &ground, const QString &address)
    : m_address(address)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DTF_TEST_FLEET"_s, ground.mark());
    m_process.setProcessEnvironment(environment);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(u"/usr/bin/python3"_s, {QStringLiteral(DTF_TEST_SMB_FOLDER "/proxy.py"), address, u"127.0.0.1"_s});
    while (!m_said.contains("listening\n")) {
        if (!m_process.waitForReadyRead(30'000)) {
            qFatal("the proxy does not start");
        }
        m_said += m_process.readAllStandardOutput();
    }
}

SmbProxy::~SmbProxy()
{
    m_process.kill();
    m_process.waitForFinished();
}

void SmbProxy::order(const char *words)
{
    const QByteArray done = "done " + QByteArray(words).split(' ').first() + '\n';
    const qsizetype before = m_said.count(done);
    m_process.write(QByteArray(words) + '\n');
    while (m_said.count(done) == before) {
        if (!m_process.waitForReadyRead(30'000)) {
            qFatal("the proxy does not answer");
        }
        m_said += m_process.readAllStandardOutput();
    }
}

int SmbProxy::lostReplies()
{
    m_process.waitForReadyRead(0);
    m_said += m_process.readAllStandardOutput();
    return static_cast<int>(m_said.count("lost a reply\n"));
}

} // namespace dtf
