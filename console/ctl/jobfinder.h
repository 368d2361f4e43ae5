// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "console/net/orchestratorclient.h"

namespace dtf {

/// Which file somebody means by a word.
struct JobMatches
{
    QList<JobView> jobs; ///< of this very name; without any, those whose id has the word in it. Exactly one: that is it
    QList<JobView> similar; ///< without a match: some that have the word in their name
};

/// `found`: what the orchestrator lists for `word`. Pure.
[[nodiscard]] JobMatches matchJobs(const QString &word, const QList<JobView> &found);

/// A file by id, part of an id, or whole name; asks the orchestrator. An id is taken as it is, unasked. Several matches are
/// InvalidArgument, none is NotFound; the detail is a sentence with the candidates. `callback` comes once, from the event loop or
/// at once; Answer::status as of the question.
void findJob(OrchestratorClient &client, const QString &word, QObject *context, OrchestratorClient::Callback<JobId> callback);

} // namespace dtf
