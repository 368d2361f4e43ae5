// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "orchestrator/store/records.h"

#include <QSqlQuery>

namespace dtf {

/// How a JobRecord is written. Binding a value costs Qt about a quarter of a microsecond, and most jobs have most of their
/// columns empty for most of their life: what never changes is written once, and what is empty is written as a literal. Thread:
/// the store's.
namespace jobrows {

enum class Form {
    Put, ///< insert or replace, every column
    PutPlain, ///< the same for a plain record
    Step, ///< only what may change of a job that is there
    StepPlain, ///< the same for a plain record
};

/// Boot, attempts, hash, detail, wanted node, stop, side effects and rows are as in a job that never ran.
[[nodiscard]] bool isPlain(const JobRecord &job);
[[nodiscard]] QString sql(Form form);
void bind(QSqlQuery &query, Form form, const JobRecord &job);

} // namespace jobrows

} // namespace dtf
