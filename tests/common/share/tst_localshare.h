// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/share/localsharefs.h"
#include "tests/common/share/tempshare.h"
#include "tests/support/comparewords.h"

#include <QTest>

#define VERIFY_OK(result)                                                                                                        \
    do {                                                                                                                         \
        const auto &outcomeOf = (result);                                                                                        \
        QVERIFY2(outcomeOf.has_value(), outcomeOf ? "" : qPrintable(outcomeOf.error().detail));                                  \
    } while (false)
#define COMPARE_ERROR(result, expected)                                                                                          \
    do {                                                                                                                         \
        const auto seen = (result);                                                                                              \
        QVERIFY(!seen.has_value());                                                                                              \
        COMPARE_WORDS(seen.error().code, expected);                                                                              \
    } while (false)

/// The real thing on the local disk: what holds on every system.
class TestLocalShare : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setUpMakesEverythingOnce();
    void setUpLeavesForeignFoldersAlone();
    void withoutSentinelNothingIsDone();
    void sentinelStates_data();
    void sentinelStates();
    void anExchangedRootIsNoticed();
    void theSameShareMountedAgainIsUsedAgain();
    void probeLeavesNothing();
    void pathsOutsideAreRefused();
    void aTokenMovesOnceAndKeepsItsIdentity();
    void moveRefusesWhatIsNoToken();
    void moveNeverReplaces();
    void aFinishedStageMovesAsAWhole();
    void listingShowsEverything();
    void aFullFolder();
    void oddNamesAreJustNames();
    void smallFilesAppearWhole();
    void smallFilesThatAreTooLarge();
    void logsOnlyGrow();
    void foldersAreMadeOneAtATime();
    void unfinishedStagesAreDiscarded();
    void committedStagesAreNot();
    void freeFilesAreFree();
    void freeBytesAndFlush();
};
