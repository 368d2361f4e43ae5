// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/codec.h"
#include "common/protocol/envelope.h"
#include "tests/bench/consoleclient.h"
#include "tests/bench/consolefleet.h"
#include "tests/bench/scrollmeter.h"
#include "tests/bench/stallmeter.h"

#include <QAbstractTableModel>
#include <QApplication>
#include <QJsonDocument>

#include <cstdio>

namespace dtf::bench {

using namespace Qt::StringLiterals;

namespace {

class PlainModel final : public QAbstractTableModel
{
public:
    explicit PlainModel(int rows)
        : m_rows(rows)
    { }
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : m_rows; }
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : 10; }
    QVariant data(const QModelIndex &, int role) const override
    {
        return role == Qt::DisplayRole ? QVariant(u"Agency012_week46"_s) : QVariant();
    }

private:
    const int m_rows;
};

FeedDelta deltaOf(int jobs)
{
    FeedDelta delta;
    JobIdGenerator ids;
    for (int i = 0; i < jobs; ++i) {
        JobView job;
        job.job = ids.next({1'795'000'000'000 + i});
        job.name = u"Agency012_week46_%1.csv"_s.arg(i);
        job.affinity = u"Agency012"_s;
        job.state = JobState::Running;
        job.node = *NodeName::parse("DTF-0001");
        job.changed = job.accepted = {1'795'000'000'000 + i};
        job.place = u"processing/DTF-0001/running/"_s + job.name;
        delta.jobs.append(job);
    }
    return delta;
}

void parse(const char *what, const QByteArray &text)
{
    constexpr int times = 50;
    const double began = monotonicMs();
    qsizetype keys = 0;
    for (int i = 0; i < times; ++i) {
        keys += QJsonDocument::fromJson(text).object().size();
    }
    std::printf("raw: Qt's JSON parser on %s of %lld bytes: %.2f ms\n", what, static_cast<long long>(text.size()),
        (monotonicMs() - began) / times * (keys > 0 ? 1 : 0));
}

} // namespace

int measureYardsticks(QApplication &, int rows, int seconds)
{
    parse("a delta of 150 jobs", encodeMessage(MessageType::Delta, toJson(deltaOf(150))));
    parse("1,000 jobs, as of a snapshot", encodeMessage(MessageType::Delta, toJson(deltaOf(1'000))));
    StallMeter stalls;
    QTableView table;
    PlainModel model(rows);
    table.setModel(&model);
    table.resize(700, 400);
    table.show();
    ScrollMeter scroll(table, 300);
    QTimer::singleShot(1'000, &table, [&] { stalls.begin(); });
    QTimer::singleShot(1'000 + seconds * 1'000, &table, [&] {
        stalls.print("raw: an event loop that does nothing");
        scroll.start([&] {
            scroll.print("raw: a plain table");
            QApplication::exit(0);
        });
    });
    return QApplication::exec();
}

} // namespace dtf::bench
