// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/callerview.h"

#include <QJsonDocument>
#include <QTest>

namespace dtf {

using namespace Qt::StringLiterals;

class TestCallerView final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asItIsOnTheWire()
    {
        const CallerView view {u"agent:DTF-01"_s, *NodeName::parse("DTF-01"), true, {1'795'440'600'000}, u"0.1.0"_s, 1};
        QCOMPARE(QJsonDocument(toJson(view)).toJson(QJsonDocument::Compact),
            R"({"caller":"agent:DTF-01","known":true,"node":"DTF-01","protocol":1,"time":1795440600000,"version":"0.1.0"})"_ba);
        QJsonObject newer = toJson(view);
        newer.insert("of_a_later_version"_L1, 5);
        const auto read = callerViewFrom(newer);
        QVERIFY2(read.has_value(), qPrintable(read ? QString() : read.error().detail));
        QVERIFY(*read == view);
    }

    void whatIsNoneIsRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("nothing") << "{}"_ba;
        QTest::newRow("no time") << R"({"caller":"agent:DTF-01","protocol":1})"_ba;
        QTest::newRow("time as text") << R"({"caller":"agent:DTF-01","protocol":1,"time":"now"})"_ba;
        QTest::newRow("no node name") << R"({"caller":"a","protocol":1,"time":1,"node":"../x"})"_ba;
        QTest::newRow("known as a number") << R"({"caller":"a","protocol":1,"time":1,"known":1})"_ba;
    }
    void whatIsNoneIsRefused()
    {
        QFETCH(QByteArray, json);
        const auto read = callerViewFrom(QJsonDocument::fromJson(json).object());
        QVERIFY(!read && read.error().code == ErrorCode::ParseError);
    }
};

} // namespace dtf

QTEST_GUILESS_MAIN(dtf::TestCallerView)
#include "tst_callerview.moc"
