// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/model/moves.h"

namespace dtf::model {

template <typename Then> void Moves::rename(const char *who, const char *what, Place from, Place to, std::uint8_t fair, Then then)
{
    const bool there = present(from);
    {
        State &n = add({who, what, from, to}, fair);
        // atomicMove looks for its own target before it says "lost".
        const bool moved = apply(n, from, to) || present(to);
        if (moved && n.target == to)
            n.intentApplied = 1;
        then(n, moved ? Reply::Moved : Reply::Lost);
        if (!moved)
            m_out.back().note.what = "finds the source gone (lost)";
    }
    if (!there || s.losses >= b.losses)
        return;
    {
        State &n = add({who, "renames; applied, but the reply is lost", from, to});
        ++n.losses;
        apply(n, from, to);
        then(n, Reply::Unsure);
    }
    if (s.floatFrom.is() == Kind::None) {
        State &n = add({who, "sends a rename that does not come through yet; no reply", from, to});
        ++n.losses;
        n.floatFrom = from;
        n.floatTo = to;
        then(n, Reply::Unsure);
    }
    if (!r.renameNeverCopies) {
        State &n = add({who, "\"renames\" by copy, cannot unlink the source, reports success", from, to});
        ++n.losses;
        addToken(n, to);
        n.intentApplied = 1;
        then(n, Reply::Moved);
    }
}

} // namespace dtf::model
