// SPDX-License-Identifier: GPL-3.0-or-later
#include "orchestrator/store/readworker.h"

namespace dtf {

using namespace Qt::StringLiterals;

void ReadWorker::run()
{
    while (std::optional<StoreCall> call = m_queue.take()) {
        m_mailbox.put(std::get<QueryCall>(*call).run(reader()));
    }
    for (StoreCall &call : m_queue.rest()) {
        m_mailbox.put(std::get<QueryCall>(call).run(fail(ErrorCode::Cancelled, u"the store was closed"_s)));
    }
    m_connection.reset();
}

Result<StoreReader> ReadWorker::reader()
{
    if (!m_connection || m_connection->isBroken()) {
        m_connection.reset();
        auto opened = Connection::open(m_path, Connection::Mode::ReadOnly);
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        m_connection = std::move(*opened);
    }
    return StoreReader(*m_connection, &m_counts);
}

} // namespace dtf
