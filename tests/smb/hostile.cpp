// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/smb/hostile.h"

#include <QJsonDocument>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr int answerDeadlineMs = 30'000;

QJsonObject nextAnswer(QProcess &process)
{
    while (!process.canReadLine()) {
        if (!process.waitForReadyRead(answerDeadlineMs)) {
            qFatal("an SMB client of the test does not answer: %s", process.readAllStandardError().constData());
        }
    }
    return QJsonDocument::fromJson(process.readLine()).object();
}

} // namespace

HostileClient::HostileClient(const SmbGround &ground, const QString &host)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DTF_TEST_FLEET"_s, ground.mark());
    m_process.setProcessEnvironment(environment);
    m_process.start(
        u"/usr/bin/python3"_s, {QStringLiteral(DTF_TEST_SMB_FOLDER "/hostile.py"), host, u"dtf"_s, ground.serverConfig()});
    (void)nextAnswer(m_process);
}

HostileClient::~HostileClient()
{
    m_process.kill();
    m_process.waitForFinished();
}

QJsonObject HostileClient::tryTo(const QJsonObject &order)
{
    m_process.write(QJsonDocument(order).toJson(QJsonDocument::Compact) + '\n');
    return nextAnswer(m_process);
}

QJsonObject HostileClient::mustDo(const QJsonObject &order)
{
    const QJsonObject answer = tryTo(order);
    if (answer.contains("error"_L1)) {
        qFatal("%s was refused: %s", QJsonDocument(order).toJson(QJsonDocument::Compact).constData(),
            qUtf8Printable(answer["error"_L1].toString()));
    }
    return answer;
}

int HostileClient::open(
    const QString &name, const QString &access, const QString &share, const QString &how, const QString &oplock)
{
    return mustDo({{u"op"_s, u"open"_s}, {u"name"_s, name}, {u"access"_s, access}, {u"share"_s, share}, {u"how"_s, how},
        {u"oplock"_s, oplock}})["handle"_L1]
        .toInt(-1);
}

void HostileClient::write(int handle, const QString &text, int at)
{
    mustDo({{u"op"_s, u"write"_s}, {u"handle"_s, handle}, {u"text"_s, text}, {u"at"_s, at}});
}

void HostileClient::close(int handle)
{
    mustDo({{u"op"_s, u"close"_s}, {u"handle"_s, handle}});
}

void HostileClient::put(const QString &name, const QString &text)
{
    mustDo({{u"op"_s, u"put"_s}, {u"name"_s, name}, {u"text"_s, text}});
}

} // namespace dtf
