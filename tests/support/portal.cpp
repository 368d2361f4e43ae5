// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/portal.h"

#include "common/net/jsonclient.h"
#include "tests/support/sharelook.h"
#include "tests/support/waiting.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>

#include <algorithm>
#include <memory>

namespace dtf {

using namespace Qt::StringLiterals;

QString demoFile(const QString &path)
{
    return QStringLiteral(DTF_TEST_DEMO "/") + path;
}

QString nodeProgram()
{
    return QStringLiteral(DTF_TEST_NODE);
}

Portal::Portal(const QString &folder)
    : m_folder(folder)
    , m_program(nodeProgram(),
          {demoFile(u"portal/portal.js"_s), u"--port"_s, u"0"_s, u"--ledger"_s, folder + u"/ledger.jsonl"_s, u"--state"_s,
              folder + u"/portal"_s},
          folder + u"/portal.log"_s, folder)
{ }

bool Portal::start()
{
    static const QRegularExpression listening(u"^portal listening on (http://\\S+)$"_s, QRegularExpression::MultilineOption);
    if (!m_program.start()) {
        return false;
    }
    m_url = m_program.printed(listening).captured(1);
    return !m_url.isEmpty();
}

bool Portal::admin(const QString &what, const QJsonObject &body)
{
    JsonClient::Options options;
    options.base = QUrl(m_url);
    JsonClient client(options);
    std::optional<JsonReply> answer;
    client.post(u"/admin/"_s + what, body, &client, [&](const JsonReply &reply) { answer = reply; });
    return QTest::qWaitFor([&] { return answer.has_value(); }, 20'000) && answer->status == 200;
}

bool Portal::signIn(const QList<int> &browserPorts)
{
    std::vector<std::unique_ptr<ChildProgram>> people;
    for (const int port : browserPorts) {
        people.push_back(std::make_unique<ChildProgram>(nodeProgram(),
            QStringList {demoFile(u"login.js"_s), u"--port"_s, QString::number(port), u"--portal"_s, m_url},
            m_folder + u"/login.log"_s, m_folder));
        if (!people.back()->start()) {
            return false;
        }
    }
    return std::all_of(people.begin(), people.end(),
        [](const auto &person) { return person->waitForEnd(seconds(60)) && person->exitCode() == 0; });
}

QList<QJsonObject> Portal::ledger() const
{
    QList<QJsonObject> rows;
    QFile file(m_folder + u"/ledger.jsonl"_s);
    if (file.open(QIODevice::ReadOnly)) {
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (!line.isEmpty()) {
                rows.append(QJsonDocument::fromJson(line).object());
            }
        }
    }
    return rows;
}

qsizetype Portal::uploadsOf(const QByteArray &sourceSha256) const
{
    const QList<QJsonObject> rows = ledger();
    return std::count_if(rows.begin(), rows.end(),
        [&](const QJsonObject &row) { return row["sourceSha256"_L1].toString().toLatin1() == sourceSha256; });
}

QList<SampleFile> makeSamples(const QString &folder, int count, const QString &seed, const QString &agencies)
{
    const QString out = folder + u"/samples-"_s + seed;
    QStringList arguments {demoFile(u"samples/generate.js"_s), u"--out"_s, out, u"--files"_s, QString::number(count), u"--seed"_s,
        seed, u"--rows"_s, u"3-6"_s};
    if (!agencies.isEmpty()) {
        arguments << u"--agency"_s << agencies;
    }
    ChildProgram generator(nodeProgram(), arguments, folder + u"/generate.log"_s, folder);
    if (!generator.start() || !generator.waitForEnd(seconds(30)) || generator.exitCode() != 0) {
        return {};
    }
    QList<SampleFile> samples;
    for (const QString &name : QDir(out).entryList(QDir::Files, QDir::Name)) {
        QFile file(out + u'/' + name);
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArray content = file.readAll();
            samples.append({QFile::encodeName(name), content, sha256Hex(content)});
        }
    }
    return samples;
}

} // namespace dtf
