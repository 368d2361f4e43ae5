// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakeworld.h"

#include <QTest>

/// The agent's work, from a listing to a report, over a share in memory that fails as it is told.
class TestWorkState : public QObject
{
    Q_OBJECT
    [[nodiscard]] static dtf::AgentConfig config()
    {
        dtf::AgentConfig c;
        c.node = *dtf::NodeName::parse("DTF-01");
        c.shareCache = dtf::milliseconds(15'000);
        return c;
    }

private Q_SLOTS:
    void aFileGoesThrough();
    void killedAtAnyEffect_data();
    void killedAtAnyEffect();
    void killedTwiceAtAnyEffects();
    void oneFileAtATimeInOrder();
    void nothingIsTakenWhile_data();
    void nothingIsTakenWhile();
    void aBrowserLostAfterTheClaimGivesTheFileBack();
    void shutdownGivesBackWhatWasOnlyClaimed();
    void aTokenTakenAwayEndsTheRun();
    void oneLookIsNotBelieved();
    void oneMissOfAClaimedTokenIsNotBelieved();
    void aLostCommitReplyIsLookedUp();
    void oneNowhereIsNotBelieved();
    void anAmbiguousClaimIsTriedAgain();
    void aClaimThatHadWorkedAfterAllIsFound();
    void someoneElsesTokenIsReportedAndNotTouched();
    void aFileThatComesBackAfterItsRunIsToldAndNotTouched();
    void anotherShareIsNotTouched();
    void theShareGoesAwayBeforeTheCommit();
    void aStageThatIsGoneIsMadeAnew();
    void aCommitThatNeverWorksGoesToAPerson();
    void aFailedJournalStopsEverything();
    void changedContentIsRejected();
    void stop();
    void hardLimit();
    void softLimit();
    void theVerdictIsDurableBeforeItIsCarriedOut_data();
    void theVerdictIsDurableBeforeItIsCarriedOut();
    void aLongPauseBeforeTheSpawnVerifiesAgain();
    void onlyClaimedAndNotReadyIsGivenBack();
    void whatCannotBeReadGoesToAPersonAndTheOthersFlow();
    void killedWhileWhatCannotBeReadIsPutAway();
    void whatDoesNotFitHereIsGivenBack();
    void aShareThatCannotBeReadIsWaitedFor();
    void aPlaceThatRefusesHoldsUpNoOtherFile_data();
    void aPlaceThatRefusesHoldsUpNoOtherFile();
    void aPlaceThatRefusesKeepsNoAgentFromStopping();
    void aClaimedFileThatCannotBeReadGoesToAPerson();
    void aClaimedFileThatCannotBeReadObeysAStop();
    void aClaimedFileThatCannotBeReadIsGivenBackAtTheEnd_data();
    void aClaimedFileThatCannotBeReadIsGivenBackAtTheEnd();
    void aShareThatGoesWhileAClaimIsVerifiedIsWaitedFor();
    void anotherMachineBootsRunIsLeftAloneUntilRecognised_data();
    void anotherMachineBootsRunIsLeftAloneUntilRecognised();
    void aCloneTakesNothingUntilRecognised();
};
