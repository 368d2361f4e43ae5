// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fleet.h"

namespace dtf {

/// `count` nodes whose script waits for the file "go" in the fleet's folder, then copies its input as its result.
[[nodiscard]] FleetPlan waitingNodes(int count);
/// … that copies at once.
[[nodiscard]] FleetPlan copyingNodes(int count);
void letGo(const Fleet &fleet, bool go = true);

/// "file <n>.csv" with "content <n>", from `first` to the one before `end`.
void dropFiles(Fleet &fleet, int first, int end);
[[nodiscard]] bool eachWasTriedOnce(Fleet &fleet); ///< no file more often
/// An operator's word about a job as it was seen. Empty: it was obeyed; else why not.
[[nodiscard]] QString decide(Fleet &fleet, const JobView &seen, JobAction action, const QString &reason);
/// Jobs whose log on this share does not tell the end of their only run.
[[nodiscard]] QStringList logsWithoutAnEnd(const ShareLook &share, const QList<JobView> &jobs);

/// A sparse file, whole at once, that ends with a few bytes.
void dropHuge(const Fleet &fleet, const QByteArray &name, qint64 size);
[[nodiscard]] qint64 hugeSize(); ///< 5 GB in the long run, 300 MB in every run
/// finalComplaints() without reading that done file into this test's memory.
[[nodiscard]] QStringList complaintsBesideHuge(Fleet &fleet, const QByteArray &name);

[[nodiscard]] bool move(const QString &from, const QString &to);
/// Names in a folder, hidden ones too.
[[nodiscard]] QStringList namesIn(const QString &folder);

[[nodiscard]] bool orchestratorSaysTheShareIs(Fleet &fleet, bool ok);
[[nodiscard]] bool everybodySaysTheShareIs(Fleet &fleet, bool ok); ///< every node, too

/// Prints a measured time beside its bound and says whether it was kept.
[[nodiscard]] bool within(const char *what, milliseconds measured, milliseconds bound);

/// The long run: larger files, larger crowds.
[[nodiscard]] bool isLongRun();

} // namespace dtf

#define ONLY_IN_THE_LONG_RUN                                                                                                     \
    if (!::dtf::isLongRun()) {                                                                                                   \
        QSKIP("takes too long for every run: DTF_TEST_LONG=1");                                                                  \
    }

/// Fails when `condition` takes longer than `bound`; says how long it took. Waits for thrice as long, to tell by how much.
#define WITHIN(what, condition, bound)                                                                                           \
    do {                                                                                                                         \
        QElapsedTimer took;                                                                                                      \
        took.start();                                                                                                            \
        UNTIL(condition, (bound)*3);                                                                                             \
        QVERIFY2(::dtf::within(what, ::dtf::milliseconds(took.elapsed()), bound), what);                                         \
    } while (false)
