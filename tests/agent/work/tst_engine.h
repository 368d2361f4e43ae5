// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agentbench.h"

#include <QTest>

/// Stories of the agent's work on a real folder with real processes.
class TestEngine : public QObject
{
    Q_OBJECT
    static constexpr int deadline = 60'000; // half of it was once too little, under wine at a load of 10

private Q_SLOTS:
    void initTestCase();
    void aFileGoesThroughAndItsFolderMatchesItsManifest();
    void logsArriveOnTheShare();
    void endsWithoutSuccess_data();
    void endsWithoutSuccess();
    void anOperatorStopsIt();
    void theHardLimitEndsIt();
    void aTokenTakenAwayEndsTheRun();
    void whatIsWrittenIntoARunningTokenIsNotPublished_data();
    void whatIsWrittenIntoARunningTokenIsNotPublished();
    void restartAfterClaim_data();
    void restartAfterClaim();
    void restartAfterStart_data();
    void restartAfterStart();
    void restartAfterExit_data();
    void restartAfterExit();
    void killedAgentTakesItsPipelineWithIt();
    void aClonedDiskTouchesNothing();
    void anotherLifesTokenIsForeign();
    void theShareGoesAndComesBackBeforeThePublication();
    void anotherShareIsLeftAlone();
    void reportsSurviveARestartUntilAcknowledged();
    void manyFilesEachRunOnce();
    void aWatchedFolderPipeline();
    void shutdownFinishesWhatRuns();
};
