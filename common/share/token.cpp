// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/token.h"

#include <limits>

namespace dtf {

namespace {

constexpr qsizetype jobLength = 26;
constexpr qsizetype bootLength = 8;

QByteArray prefix(const JobId &job, Epoch epoch, const BootId &boot)
{
    QByteArray out = job.toBytes26();
    if (epoch > 0) {
        out += ".e" + QByteArray::number(epoch);
        if (!boot.isEmpty()) {
            out += ".b" + boot.bytes();
        }
    }
    return out;
}

/// Reads `<J>[.e<N>[.b<B>]]` from the front of `text` and takes it off.
std::optional<StageName> takePrefix(QByteArrayView &text)
{
    StageName out;
    const auto job = JobId::parse(text.first(qMin(jobLength, text.size())));
    if (!job) {
        return std::nullopt;
    }
    out.job = *job;
    text = text.sliced(jobLength);
    if (!text.startsWith(".e")) {
        return out;
    }
    text = text.sliced(2);
    std::uint64_t number = 0;
    qsizetype digits = 0;
    for (; digits < text.size() && digits < 11 && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        number = number * 10 + static_cast<std::uint64_t>(text[digits] - '0');
    }
    if (digits == 0 || text[0] == '0' || number > std::numeric_limits<Epoch>::max()) {
        return std::nullopt;
    }
    out.epoch = static_cast<Epoch>(number);
    text = text.sliced(digits);
    if (!text.startsWith(".b")) {
        return out;
    }
    const auto boot = BootId::parse(text.sliced(2, qMin(bootLength, text.size() - 2)));
    if (!boot) {
        return std::nullopt;
    }
    out.boot = *boot;
    text = text.sliced(2 + bootLength);
    return out;
}

} // namespace

QByteArray format(const TokenName &token)
{
    return prefix(token.job, token.epoch, token.boot) + '~' + token.name;
}

std::optional<TokenName> parseToken(QByteArrayView fileName)
{
    const auto parts = takePrefix(fileName);
    if (!parts || fileName.size() < 2 || fileName[0] != '~' || fileName.contains('/') || fileName.contains('\0')) {
        return std::nullopt;
    }
    return TokenName {parts->job, parts->epoch, parts->boot, fileName.sliced(1).toByteArray()};
}

QByteArray format(const StageName &stage)
{
    return prefix(stage.job, stage.epoch, stage.boot);
}

std::optional<StageName> parseStage(QByteArrayView folderName)
{
    const auto parts = takePrefix(folderName);
    if (!parts || !folderName.isEmpty() || parts->boot.isEmpty()) {
        return std::nullopt;
    }
    return parts;
}

} // namespace dtf
