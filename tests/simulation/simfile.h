// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/simulation/simshareio.h"

#include <algorithm>

namespace dtf::sim {

/// A file that a client has open: each call goes the client's way to the server. `io` outlives it.
class SimFile final : public IoFile
{
public:
    SimFile(SimShareIo &io, FileNodePtr node, bool writes)
        : m_io(io)
        , m_node(std::move(node))
        , m_writes(writes)
    {
        m_node->writers += m_writes ? 1 : 0;
    }
    ~SimFile() override { release(); }
    SimFile(const SimFile &) = delete;
    SimFile &operator=(const SimFile &) = delete;

    Io<qint64> read(char *data, qint64 size) override
    {
        qint64 got = 0;
        return m_io
            .call(
                [&](FileServer &) -> Io<void> {
                    got = std::min<qint64>(size, std::max<qint64>(0, m_node->content.size() - m_at));
                    std::copy_n(m_node->content.constData() + m_at, got, data);
                    m_at += got;
                    return {};
                },
                false)
            .map([&] { return got; });
    }
    Io<void> seek(qint64 offset) override
    {
        m_at = offset;
        return {};
    }
    Io<void> write(QByteArrayView data) override
    {
        return m_io.call(
            [&](FileServer &server) -> Io<void> {
                if (server.full) {
                    return ioFail(IoKind::NoSpace, 28);
                }
                if (server.readOnly) {
                    return ioFail(IoKind::ReadOnly, 30);
                }
                server.write(m_node, data);
                return {};
            },
            true);
    }
    Io<void> sync() override
    {
        return m_io.call(
            [&](FileServer &server) -> Io<void> {
                server.flush(m_node);
                return {};
            },
            false);
    }
    Io<EntryInfo> info() override
    {
        EntryInfo found;
        return m_io
            .call(
                [&](FileServer &) -> Io<void> {
                    found = infoOf(*m_node);
                    found.name.clear();
                    return {};
                },
                false)
            .map([&] { return found; });
    }
    void dropCache() override { }
    Io<void> close() override
    {
        release();
        return {};
    }

private:
    void release() { m_node->writers -= std::exchange(m_writes, false) ? 1 : 0; }
    SimShareIo &m_io;
    FileNodePtr m_node;
    bool m_writes;
    qint64 m_at = 0;
};

} // namespace dtf::sim
