// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/text/displaywidth.h"

#include <QList>

namespace dtf {

namespace {

struct Block
{
    char32_t first;
    char32_t last;
};

constexpr Block wideBlocks[] = {{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0x4DBF}, {0x4E00, 0xA4CF}, {0xA960, 0xA97C},
    {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x16FE0, 0x18CFF},
    {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD}};

int widthOf(char32_t c)
{
    const QChar::Category category = QChar::category(c);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing || category == QChar::Other_Control
        || category == QChar::Other_Format) {
        return 0;
    }
    for (const Block &block : wideBlocks) {
        if (c >= block.first && c <= block.last) {
            return 2;
        }
    }
    return 1;
}

/// As many of `ucs4` as fit.
QList<uint> fitting(const QList<uint> &ucs4, int columns)
{
    QList<uint> taken;
    int width = 0;
    for (const uint c : ucs4) {
        width += widthOf(c);
        if (width > columns) {
            break;
        }
        taken.append(c);
    }
    return taken;
}

QString asText(const QList<uint> &ucs4)
{
    QString text;
    for (const uint c : ucs4) {
        text += QChar::fromUcs4(c);
    }
    return text;
}

} // namespace

int displayWidth(QStringView text)
{
    int width = 0;
    for (const uint c : text.toUcs4()) {
        width += widthOf(c);
    }
    return width;
}

QString elidedRight(const QString &text, int columns)
{
    return displayWidth(text) <= columns ? text : asText(fitting(text.toUcs4(), columns - 1)) + QChar(0x2026);
}

QString elidedMiddle(const QString &text, int columns)
{
    if (displayWidth(text) <= columns) {
        return text;
    }
    const int tail = (columns - 1) / 2;
    QList<uint> ucs4 = text.toUcs4();
    const QString head = asText(fitting(ucs4, columns - 1 - tail));
    std::reverse(ucs4.begin(), ucs4.end());
    QList<uint> end = fitting(ucs4, tail);
    std::reverse(end.begin(), end.end());
    return head + QChar(0x2026) + asText(end);
}

} // namespace dtf
