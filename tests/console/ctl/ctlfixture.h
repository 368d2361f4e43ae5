// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/api/apiserver.h"
#include "tests/console/ctl/ctlfleet.h"

#include <QCryptographicHash>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace dtf {

/// How one dtf-ctl ended.
struct CtlEnd
{
    int code = -1;
    QString out;
    QString err;
};

/// The real control plane on a free port, and the real program against it.
class CtlFixture
{
public:
    CtlFleet fleet;

    /// `tls`: the port speaks TLS only.
    explicit CtlFixture(const std::optional<QSslConfiguration> &tls = {})
        : m_scheme(tls ? QStringLiteral("https") : QStringLiteral("http"))
    {
        add(Role::Operator, QStringLiteral("anna"), "operator-token-0123456789abcdef");
        add(Role::Viewer, QStringLiteral("bob"), "viewer-token-0123456789abcdef");
        write("anna", "operator-token-0123456789abcdef\n");
        write("bob", "viewer-token-0123456789abcdef\n");
        write("stranger", "stranger-token-0123456789abcdef\n");
        ApiConfig config;
        config.port = 0;
        config.tls = tls;
        m_server = std::make_unique<ApiServer>(fleet, m_access, config, m_clock);
        m_port = m_server->listen().value_or(0);
    }
    [[nodiscard]] QString path(const char *file) const { return m_dir.filePath(QString::fromLatin1(file)); }
    [[nodiscard]] quint16 port() const { return m_port; }

    /// As anna, unless `who` says otherwise ("" for nobody).
    CtlEnd run(const QStringList &words, const char *who = "anna")
    {
        QProcess program;
        start(program, words, who);
        return wait(program);
    }
    void start(QProcess &program, const QStringList &words, const char *who = "anna")
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("DTF_SERVER"), QStringLiteral("%1://127.0.0.1:%2").arg(m_scheme).arg(m_port));
        environment.insert(QStringLiteral("DTF_TOKEN_FILE"), *who ? path(who) : QString());
        environment.insert(QStringLiteral("TZ"), QStringLiteral("UTC"));
        program.setProcessEnvironment(environment);
        program.start(QStringLiteral(DTF_TEST_CTL), words);
    }
    static CtlEnd wait(QProcess &program)
    {
        QSignalSpy finished(&program, &QProcess::finished);
        if (program.state() != QProcess::NotRunning && !finished.wait(30'000)) {
            return {};
        }
        return {program.exitStatus() == QProcess::NormalExit ? program.exitCode() : -2,
            QString::fromUtf8(program.readAllStandardOutput()), QString::fromUtf8(program.readAllStandardError())};
    }

private:
    void add(Role role, const QString &name, const QByteArray &token)
    {
        m_access.add({role, name, {}}, QCryptographicHash::hash(token, QCryptographicHash::Sha256));
    }
    void write(const char *name, const QByteArray &content)
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) {
            file.write(content);
        }
    }

    const QString m_scheme;
    QTemporaryDir m_dir;
    AccessList m_access;
    SystemClock m_clock;
    std::unique_ptr<ApiServer> m_server;
    quint16 m_port = 0;
};

} // namespace dtf

/// Fails with what the program said.
#define ENDS(end, wanted)                                                                                                        \
    do {                                                                                                                         \
        const dtf::CtlEnd &ended = end;                                                                                          \
        QVERIFY2(ended.code == (wanted), qPrintable(QStringLiteral("%1 %2%3").arg(ended.code).arg(ended.out, ended.err)));       \
    } while (false)
#define SAYS(text, words) QVERIFY2((text).contains(words), qPrintable(text))
