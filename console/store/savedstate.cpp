// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/store/savedstate.h"

#include "common/protocol/codec.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QSaveFile>

namespace dtf {

namespace {

struct SavedText
{
    Q_DECLARE_TR_FUNCTIONS(dtf::SavedState)
};

} // namespace

Result<void> saveState(const QString &path, const FeedSnapshot &state)
{
    QSaveFile file(path);
    const QByteArray text = QJsonDocument(toJson(state)).toJson(QJsonDocument::Compact);
    if (text.size() > largestState) {
        return fail(ErrorCode::TooLarge, SavedText::tr("The state is too large for a file."));
    }
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
        return fail(ErrorCode::IoError, SavedText::tr("%1 can't be written: %2").arg(path, file.errorString()));
    }
    return {};
}

Result<FeedSnapshot> loadState(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::IoError, SavedText::tr("%1 can't be read: %2").arg(path, file.errorString()));
    }
    const QByteArray text = file.read(largestState + 1);
    if (text.size() > largestState) {
        return fail(ErrorCode::TooLarge, SavedText::tr("%1 is too large for a saved state.").arg(path));
    }
    const auto body = parseObject(text, largestState);
    const auto state = body ? fromJson<FeedSnapshot>(*body) : tl::unexpected(body.error());
    if (!state) {
        return fail(ErrorCode::ParseError, SavedText::tr("%1 is no saved state: %2").arg(path, state.error().detail));
    }
    return *state;
}

} // namespace dtf
