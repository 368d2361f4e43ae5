// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/net/tlstrust.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

namespace dtf {

using namespace Qt::StringLiterals;

/// Real certificates, made by openssl for this test alone, in a temporary folder.
class Certificates
{
public:
    /// File name without ending: <name>.crt and <name>.key lie in the folder.
    struct Wish
    {
        QString name = {};
        QString commonName = QStringLiteral("localhost");
        QString host = QStringLiteral("DNS:localhost"); ///< subject alternative names
        QString signer = {}; ///< another one's name; empty: by itself
        bool expired = false;
        bool ca = false;
    };
    struct Made
    {
        QString certificate; ///< path
        QString key; ///< path
        Fingerprint fingerprint;
    };

    [[nodiscard]] QString path(const QString &file) const { return m_dir.filePath(file); }

    Made make(const Wish &wish)
    {
        const QString signer = wish.signer.isEmpty() ? wish.name : wish.signer;
        write(QStringLiteral("index.txt"), {});
        write(QStringLiteral("ca.cnf"),
            "[ca]\ndefault_ca = c\n[c]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\ndefault_md = sha256\n"
            "policy = p\nunique_subject = no\nx509_extensions = e\n[p]\ncommonName = supplied\n[e]\nbasicConstraints = CA:"
                + QByteArray(wish.ca ? "TRUE" : "FALSE") + "\nsubjectAltName = " + wish.host.toUtf8() + "\n");
        openssl({u"ecparam"_s, u"-name"_s, u"prime256v1"_s, u"-genkey"_s, u"-noout"_s, u"-out"_s, wish.name + u".key"_s});
        openssl({u"req"_s, u"-new"_s, u"-key"_s, wish.name + u".key"_s, u"-subj"_s, u"/CN="_s + wish.commonName, u"-out"_s,
            wish.name + u".csr"_s});
        QStringList sign {u"ca"_s, u"-batch"_s, u"-config"_s, u"ca.cnf"_s, u"-in"_s, wish.name + u".csr"_s, u"-keyfile"_s,
            signer + u".key"_s, u"-notext"_s, u"-out"_s, wish.name + u".crt"_s, u"-startdate"_s, u"20200101000000Z"_s,
            u"-enddate"_s, wish.expired ? u"20200201000000Z"_s : u"20490101000000Z"_s};
        sign += wish.signer.isEmpty() ? QStringList {u"-selfsign"_s} : QStringList {u"-cert"_s, signer + u".crt"_s};
        openssl(sign);
        const QString certificate = path(wish.name + u".crt"_s);
        return {certificate, path(wish.name + u".key"_s), fingerprintOf(QSslCertificate::fromPath(certificate).value(0))};
    }
    /// In the folder, writable and readable by its owner alone.
    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size()
            || !file.setPermissions(QFile::ReadOwner | QFile::WriteOwner)) {
            qFatal("can't write %s", qPrintable(name));
        }
        return file.fileName();
    }
    void openssl(const QStringList &arguments)
    {
        QProcess process;
        process.setWorkingDirectory(m_dir.path());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral("openssl"), arguments);
        if (!process.waitForFinished(30'000) || process.exitCode() != 0) {
            qFatal("openssl %s: %s", qPrintable(arguments.join(u' ')), process.readAll().constData());
        }
    }

private:
    QTemporaryDir m_dir;
};

} // namespace dtf
