// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/output.h"

#include "common/protocol/jsonscan.h"

#include <cstdio>

namespace dtf {

namespace {

bool write(std::FILE *file, const QByteArray &bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    return std::fwrite(bytes.constData(), 1, size, file) == size && std::fflush(file) == 0;
}

} // namespace

void Output::text(const QString &text)
{
    m_good = write(stdout, text.toUtf8()) && m_good;
}

void Output::document(const QJsonObject &document)
{
    m_good = write(stdout, toBytes(document) + '\n') && m_good;
}

void Output::trouble(const QString &sentence)
{
    (void)write(stderr, "dtf-ctl: " + sentence.toUtf8() + '\n');
}

} // namespace dtf
