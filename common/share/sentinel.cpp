// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/sentinel.h"

#include <QUuid>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView layoutWord("\nlayout ");
constexpr qsizetype uuidLength = 36;

bool isUuid(QByteArrayView text)
{
    const QUuid uuid = QUuid::fromString(QLatin1StringView(text.data(), text.size()));
    return !uuid.isNull() && uuid.toByteArray(QUuid::WithoutBraces) == text;
}

} // namespace

QByteArray renderSentinel(const ShareIdentity &identity)
{
    return identity.uuid + layoutWord.toByteArray() + QByteArray::number(identity.layoutVersion) + '\n';
}

Result<ShareIdentity> parseSentinel(QByteArrayView content)
{
    ShareIdentity out;
    const qsizetype numberAt = uuidLength + layoutWord.size();
    if (content.size() <= numberAt + 1 || content.size() > numberAt + 10 || !isUuid(content.first(uuidLength))) {
        return fail(ErrorCode::ShareWrong, u"DTF_SHARE_ID is not in our format"_s);
    }
    out.uuid = content.first(uuidLength).toByteArray();
    bool ok = false;
    out.layoutVersion = content.sliced(numberAt).chopped(1).toByteArray().toInt(&ok);
    if (!ok || renderSentinel(out) != content) {
        return fail(ErrorCode::ShareWrong, u"DTF_SHARE_ID is not in our format"_s);
    }
    if (out.layoutVersion != layout::version) {
        return fail(ErrorCode::VersionMismatch,
            u"the share has layout %1, this program knows layout %2"_s.arg(out.layoutVersion).arg(layout::version));
    }
    return out;
}

} // namespace dtf
