// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/model/moves.h"

namespace dtf::model {

namespace {

std::string bootName(unsigned boot)
{
    static constexpr const char *kAgents[] = {"A", "C", "B"};
    return ".b" + std::string(kAgents[boot / 4]) + std::to_string(boot % 4);
}

} // namespace

std::string describe(Place p)
{
    const std::string node = p.node == kNodeA ? "DTF-A" : "DTF-B";
    const std::string token = "J.e" + std::to_string(p.epoch);
    switch (p.is()) {
    case Kind::None:
        return "nowhere";
    case Kind::Incoming:
        return "incoming/J";
    case Kind::Assigned:
        return "processing/" + node + '/' + token;
    case Kind::Running:
        return "processing/" + node + "/running/" + token + bootName(p.boot);
    case Kind::Stage:
        return "completed/.stage/" + token + bootName(p.boot);
    case Kind::Done:
        return "completed/J";
    case Kind::Hold:
        return "hold/" + token + bootName(p.boot);
    case Kind::Failed:
        return "failed/" + token;
    case Kind::Rejected:
        return "rejected/J";
    }
    return {};
}

std::string describe(const Note &note)
{
    std::string out = std::string(note.who) + ' ' + note.what;
    if (note.from.is() != Kind::None)
        out += "  " + describe(note.from);
    if (note.to.is() != Kind::None)
        out += " -> " + describe(note.to);
    return out;
}

} // namespace dtf::model
