// SPDX-License-Identifier: GPL-3.0-or-later
// What neither side decides: the operator's hand, the producer, a late rename, and the roll forward that anybody may do.
#include "tests/model/moves.h"

namespace dtf::model {

void Moves::world()
{
    const Place token = s.token();
    if (s.floatFrom.is() != Kind::None) {
        State &n = add({"file server", "carries out the late rename", s.floatFrom, s.floatTo});
        n.floatFrom = n.floatTo = Place {};
        apply(n, s.floatFrom, s.floatTo);
    }
    if (b.producerWrites && s.content == 0 && (token.is() == Kind::Incoming || token.is() == Kind::Assigned)
        && (s.allowed | s.proven | s.spawns) == 0) {
        add({"producer", "writes once more through its old handle", token, {}}).content = 1;
    }
    if (r.anyoneRollsForward && token.is() == Kind::Stage) {
        State &n = add({"anyone", "rolls the committed stage forward", token, done(token.epoch, token.boot)}, FairBoth);
        apply(n, token, done(token.epoch, token.boot));
    }
    if (!r.rollForwardNeedsCommit) {
        for (const Agent &a : s.agents) {
            if (a.at() == Step::Staging || a.at() == Step::Staged)
                add({"anyone", "rolls an uncommitted stage forward", stage(a.epoch, a.boot), {}}).visibleBad = 1;
        }
    }
    // A second click on the same stale screen is the same command; a fresh screen needs the first to be handled.
    if (s.clicks < b.clicks && s.at() == Phase::Idle) {
        const bool offered = s.view.is() == Kind::Hold || s.view.is() == Kind::Failed;
        if (offered && s.view != s.opSeen && s.pending() == 0) {
            State &n = add({"operator", "sees it and clicks requeue", s.view, {}});
            n.opSeen = s.view;
            n.setPending(1);
            ++n.clicks;
        } else if (s.opSeen.is() != Kind::None && s.pending() < 3) {
            State &n = add({"operator", "clicks requeue again on the same screen", s.opSeen, {}});
            n.setPending(s.pending() + 1);
            ++n.clicks;
        }
    }
}

} // namespace dtf::model
