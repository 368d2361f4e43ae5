// SPDX-License-Identifier: GPL-3.0-or-later
#include "storefixture.h"

#include <QCoreApplication>

#include <cstdio>

using namespace dtf;
using namespace dtf::test;

/// commitloop <database>: commits batches without end, several at once, and prints the last acknowledged batch's number after
/// each callback. Batch n has jobs 10 n to 10 n + 9 with two audit rows each. It never ends by itself: the test kills it.
int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    StoreSnapshot snapshot;
    auto store = SqliteStore::open(app.arguments().value(1), &snapshot);
    if (!store) {
        std::fprintf(stderr, "%s\n", qPrintable(store.error().detail));
        return 1;
    }
    int next = int(snapshot.lastAuditSeq / 20);
    std::function<void()> step = [&] {
        const int number = next++;
        (*store)->commit(batchOf(number * 10, 10, 2), [&, number](Result<Store::Committed> done) {
            if (!done) {
                std::fprintf(stderr, "%s\n", qPrintable(done.error().detail));
                std::_Exit(2);
            }
            std::printf("%d\n", number);
            std::fflush(stdout);
            step();
        });
    };
    for (int i = 0; i < 5; ++i) {
        step();
    }
    return QCoreApplication::exec();
}
