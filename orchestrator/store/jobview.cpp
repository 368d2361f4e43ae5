// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/store.h"

namespace dtf {

JobView viewOf(const JobRecord &record)
{
    JobView view;
    view.job = record.id;
    view.name = QString::fromUtf8(record.name);
    view.state = record.state;
    view.node = record.node;
    view.epoch = record.epoch;
    view.attempts = record.attempts;
    view.priority = record.priority;
    view.affinity = QString::fromUtf8(record.affinity);
    view.size = record.size;
    view.accepted = record.accepted;
    view.changed = record.changed;
    view.cause = record.cause;
    view.detail = QString::fromUtf8(record.detail);
    view.place = QString::fromUtf8(record.place);
    view.stopAsked = record.stopAsked;
    view.sha256 = record.sha256;
    view.rows = record.rows;
    view.sideEffects = record.sideEffects;
    return view;
}

} // namespace dtf
