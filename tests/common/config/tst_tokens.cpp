// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/config/tokens.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;

namespace dtf {

namespace {

const QByteArray anna = "anna-0123456789abcdefghij";
const QByteArray viewer = "viewer-0123456789abcdefgh";
const QByteArray node = "node-0123456789abcdefghijk";

QByteArray hexDigest(const QByteArray &token)
{
    return QCryptographicHash::hash(token, QCryptographicHash::Sha256).toHex();
}

const QByteArray good = "[[operator]]\nname = \"anna\"\nrole = \"operator\"\ntoken = \"" + anna
    + "\"\n[[operator]]\nname = \"wall\"\nrole = \"viewer\"\ntoken_sha256 = \"" + hexDigest(viewer)
    + "\"\n[[node]]\nname = \"DTF-01\"\ntoken = \"" + node + "\"\n";

} // namespace

class TestTokens final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whoIsWho_data()
    {
        QTest::addColumn<QByteArray>("bearer");
        QTest::addColumn<QString>("who"); // empty: nobody
        QTest::newRow("operator") << anna << u"operator anna"_s;
        QTest::newRow("viewer, kept as a digest") << viewer << u"viewer wall"_s;
        QTest::newRow("node") << node << u"node DTF-01"_s;
        QTest::newRow("nothing") << QByteArray() << QString();
        QTest::newRow("short") << anna.first(23) << QString();
        QTest::newRow("one character less") << anna.chopped(1) << QString();
        QTest::newRow("one character more") << anna + "x" << QString();
        QTest::newRow("other case") << anna.toUpper() << QString();
        QTest::newRow("the digest instead of the token") << hexDigest(viewer) << QString();
        QTest::newRow("endless") << QByteArray(100'000, 'a') << QString();
    }
    void whoIsWho()
    {
        QFETCH(const QByteArray, bearer);
        QFETCH(const QString, who);
        const auto list = access(good);
        QVERIFY2(list.has_value(), qPrintable(list ? QString() : list.error().detail));
        QCOMPARE(list->size(), 3);
        const auto principal = list->authenticate(bearer);
        QCOMPARE(principal ? toString(principal->role) + u' ' + principal->name : QString(), who);
        QCOMPARE(principal ? principal->node.toString() : QString(), who == "node DTF-01"_L1 ? u"DTF-01"_s : QString());
    }

    void emptyFileLetsNobodyIn()
    {
        const auto list = access("# nobody yet\n");
        QCOMPARE(list->size(), 0);
        QVERIFY(!list->authenticate(anna));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *name, const QByteArray &text, const char *expected) {
            QTest::newRow(name) << text << QString::fromLatin1(expected);
        };
        row("short token", QByteArray(good).replace(node, "node-0123456789"),
            "node[0].token: is a text of 15 characters; must be 24 to 512 printable");
        row("token with a space", QByteArray(good).replace(node, "node 0123456789 abcdefghijk"),
            "node[0].token: is a text of 27 characters");
        row("no token", QByteArray(good).replace("token = \"" + node + "\"\n", ""),
            "node[0]: must have either token or token_sha256");
        row("both", good + "token_sha256 = \"" + hexDigest("x") + "\"\n", "node[0]: must have either token or token_sha256");
        row("digest too short", QByteArray(good).replace(hexDigest(viewer), "00ff"),
            "operator[1].token_sha256: is a text of 4 characters");
        row("one token for two", good + "[[node]]\nname = \"DTF-02\"\ntoken = \"" + anna + "\"\n",
            "node[1]: has the same token as operator[0]");
        row("one token, once as digest", good + "[[node]]\nname = \"DTF-02\"\ntoken_sha256 = \"" + hexDigest(node) + "\"\n",
            "node[1]: has the same token as node[0]");
        row("one name for two", good + "[[node]]\nname = \"DTF-01\"\ntoken = \"other-0123456789abcdefghij\"\n",
            "node[1]: has the same name as node[0]");
        row("unknown role", QByteArray(good).replace("\"viewer\"", "\"admin\""),
            "operator[1].role: is \"admin\"; must be one of \"operator\", \"viewer\"");
        row("node name", QByteArray(good).replace("DTF-01", "-"), "node[0].name: is no node name");
        row("unknown key", good + "tokn = 1\n", "node[0].tokn: is unknown; did you mean token?");
    }
    void refused()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, expected);
        const auto list = access(text);
        QVERIFY(!list.has_value());
        QVERIFY2(list.error().detail.contains(expected), qPrintable(list.error().detail));
        QVERIFY(!list.error().detail.contains(u"0123456789"_s)); // no token in a message
    }

#ifndef Q_OS_WIN
    void aFileThatOthersCanReadIsRefused_data()
    {
        QTest::addColumn<int>("others");
        QTest::newRow("group reads") << int(QFileDevice::ReadGroup);
        QTest::newRow("others read") << int(QFileDevice::ReadOther);
        QTest::newRow("others write") << int(QFileDevice::WriteOther);
    }
    void aFileThatOthersCanReadIsRefused()
    {
        QFETCH(const int, others);
        QVERIFY(access(good).has_value());
        QVERIFY(
            QFile::setPermissions(path(), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::Permissions(others)));
        for (const Error &error : {loadAccessList(path()).error(), readTokenFile(path()).error()}) {
            QCOMPARE(toString(error.code), "permission-denied"_L1);
            QVERIFY2(error.detail.endsWith(u"run: chmod 600 "_s + path()), qPrintable(error.detail));
        }
    }
#endif

    void tokenFile_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("good");
        QTest::newRow("one line") << node + "\n" << true;
        QTest::newRow("Windows line end") << node + "\r\n" << true;
        QTest::newRow("no line end") << node << true;
        QTest::newRow("two lines") << node + "\n" + node << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("short") << QByteArray("secret\n") << false;
    }
    void tokenFile()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const bool, good);
        write(text);
        const auto token = readTokenFile(path());
        QCOMPARE(token.has_value(), good);
        if (token) {
            QCOMPARE(*token, node);
        } else {
            QVERIFY2(!token.error().detail.contains(u"secret"_s), qPrintable(token.error().detail));
        }
    }

    void noFile()
    {
        QCOMPARE(toString(loadAccessList(m_dir.filePath(u"none"_s)).error().code), "not-found"_L1);
        QCOMPARE(toString(readTokenFile(m_dir.filePath(u"none"_s)).error().code), "not-found"_L1);
    }

private:
    QString path() const
    {
        return m_dir.filePath(u"tokens.toml"_s);
    }
    void write(const QByteArray &text) const
    {
        QFile out(path());
        if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size()
            || !out.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner)) {
            qFatal("cannot write %s", qPrintable(path()));
        }
    }
    Result<AccessList> access(const QByteArray &text) const
    {
        write(text);
        return loadAccessList(path());
    }

    QTemporaryDir m_dir;
};

} // namespace dtf

QTEST_APPLESS_MAIN(dtf::TestTokens)
#include "tst_tokens.moc"
