// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/share/namepolicy.h"

#include "common/share/token.h"
#include "common/share/wtf8.h"

#include <QChar>

namespace dtf {

namespace {

bool isBad(char32_t c)
{
    if (QChar::isNonCharacter(c)) {
        return true;
    }
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Surrogate:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    case QChar::Other_Format:
        return c != 0x200C && c != 0x200D; // joiners are part of ordinary Persian, Hindi and emoji names
    default:
        return false;
    }
}

bool isForbiddenOnWindows(char32_t c)
{
    return c < 0x80 && QByteArrayView("<>:\"|?*").contains(static_cast<char>(c));
}

bool isSeparator(char32_t c)
{
    return c == U'/' || c == U'\\';
}

/// CON, con.csv, "COM1 .txt", COM¹, …: the part before the first dot decides
/// (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
bool isDeviceName(QByteArrayView name)
{
    const qsizetype dot = name.indexOf('.');
    const QByteArray stem = (dot < 0 ? name : name.first(dot)).toByteArray().trimmed().toUpper();
    static const QList<QByteArray> words {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"};
    if (words.contains(stem)) {
        return true;
    }
    if (!stem.startsWith("COM") && !stem.startsWith("LPT")) {
        return false;
    }
    const QByteArray number = stem.sliced(3);
    return (number.size() == 1 && number[0] >= '0' && number[0] <= '9') || number == "\xC2\xB9" || number == "\xC2\xB2"
        || number == "\xC2\xB3";
}

/// REPORT~1.CSV: one to six characters, '~', a number, at most three of suffix: what Windows makes up for a long name.
bool isShortNameAlias(QByteArrayView name)
{
    const qsizetype tilde = name.indexOf('~');
    if (tilde < 1 || tilde > 6 || name.first(tilde).contains('.')) {
        return false;
    }
    const QByteArrayView rest = name.sliced(tilde + 1);
    const qsizetype dot = rest.indexOf('.');
    const QByteArrayView number = dot < 0 ? rest : rest.first(dot);
    const QByteArrayView suffix = dot < 0 ? QByteArrayView() : rest.sliced(dot + 1);
    bool digits = !number.isEmpty() && tilde + 1 + number.size() <= 8;
    for (const char c : number) {
        digits = digits && c >= '0' && c <= '9';
    }
    return digits && suffix.size() <= 3 && !suffix.contains('.');
}

bool isOurOwn(const QByteArray &lower)
{
    return lower == "manifest.json" || lower == "results"; // these lie beside the input in its result folder
}

bool isUnfinishedOrNotOurs(const QByteArray &lower)
{
    return lower.startsWith('.') || lower.startsWith("~$") || lower.endsWith(".part") || lower.endsWith(".tmp")
        || lower.endsWith(".crdownload") || lower == "desktop.ini" || lower == "thumbs.db";
}

NameVerdict reject(Cause cause, const char *why)
{
    return {NameVerdict::Kind::Reject, cause, why};
}

/// The first reason in the characters, or nullptr.
const char *badCharacter(QByteArrayView name)
{
    for (qsizetype i = 0; i < name.size();) {
        const CodePoint c = codePointAt(name, i);
        if (c.length == 0 || QChar::isSurrogate(c.value)) {
            return "the name is not valid UTF-8";
        }
        if (isSeparator(c.value)) {
            return "the name holds a path separator";
        }
        if (isBad(c.value)) {
            return "the name holds a control character or an invisible mark";
        }
        if (isForbiddenOnWindows(c.value)) {
            return "the name holds a character that Windows does not allow";
        }
        i += c.length;
    }
    return nullptr;
}

bool holdsSeparatorOrControl(QByteArrayView name)
{
    for (const char c : name) {
        if (c == '/' || c == '\\' || (c >= 0 && c < 0x20) || c == 0x7F) {
            return true;
        }
    }
    return false;
}

} // namespace

NameVerdict judgeName(QByteArrayView name, const QList<QByteArray> &acceptedTypes)
{
    const QByteArray lower = name.toByteArray().toLower();
    if (!holdsSeparatorOrControl(name) && isUnfinishedOrNotOurs(lower)) {
        return {NameVerdict::Kind::Ignore, Cause::None, {}};
    }
    if (name.isEmpty()) {
        return reject(Cause::HostileName, "the name is empty");
    }
    if (const char *why = badCharacter(name)) {
        return reject(Cause::HostileName, why);
    }
    if (name.endsWith('.') || name.endsWith(' ')) {
        return reject(Cause::HostileName, "the name ends with a dot or a space");
    }
    if (isDeviceName(name)) {
        return reject(Cause::HostileName, "the name is reserved by Windows");
    }
    if (isShortNameAlias(name)) {
        return reject(Cause::HostileName, "the name looks like a Windows short name (8.3)");
    }
    if (isOurOwn(lower)) {
        return reject(Cause::HostileName, "the name is used by result folders");
    }
    if (name.size() > maxNameBytes) {
        return reject(Cause::NameTooLong, "the name is longer than 190 bytes");
    }
    const qsizetype dot = lower.lastIndexOf('.');
    if (!acceptedTypes.isEmpty() && (dot < 0 || !acceptedTypes.contains(lower.sliced(dot + 1)))) {
        return reject(Cause::TypeNotAccepted, "this type of file is not accepted");
    }
    return {};
}

QByteArray safeName(QByteArrayView name)
{
    QByteArray out;
    for (qsizetype i = 0; i < name.size();) {
        const CodePoint c = codePointAt(name, i);
        const qsizetype length = qMax<qsizetype>(1, c.length);
        const bool bad = c.length == 0 || isSeparator(c.value) || isBad(c.value) || isForbiddenOnWindows(c.value);
        if (out.size() + (bad ? 1 : length) > maxNameBytes) {
            break;
        }
        if (bad) {
            out += '_';
        } else {
            out += name.sliced(i, length);
        }
        i += length;
    }
    if (out.startsWith('.')) {
        out[0] = '_';
    }
    if (out.endsWith('.') || out.endsWith(' ')) {
        out[out.size() - 1] = '_';
    }
    if (isDeviceName(out)) {
        out[0] = '_';
    }
    return out.isEmpty() ? QByteArray("_") : out;
}

} // namespace dtf
