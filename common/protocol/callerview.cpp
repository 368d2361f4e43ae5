// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/protocol/callerview.h"

#include "common/protocol/jsonwalk.h"

namespace dtf {

using namespace Qt::StringLiterals;

static void fields(auto &io, Of<CallerView> auto &m)
{
    io.required("caller"_L1, m.caller, nameText);
    io.optional("node"_L1, m.node);
    io.optional("known"_L1, m.known);
    io.required("time"_L1, m.time);
    io.optional("version"_L1, m.version, wordText);
    io.required("protocol"_L1, m.protocol, Range {0, 1'000'000});
}

QJsonObject toJson(const CallerView &view)
{
    FieldWriter writer;
    fields(writer, view);
    return writer.take();
}

Result<CallerView> callerViewFrom(const QJsonObject &object)
{
    FieldReader reader(object);
    CallerView view;
    fields(reader, view);
    return reader.take(std::move(view));
}

} // namespace dtf
