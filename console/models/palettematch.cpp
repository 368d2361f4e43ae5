// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/palettematch.h"

#include <QList>

#include <algorithm>

namespace dtf {

namespace {

constexpr int atBeginning = 100;
constexpr int atWord = 60;
constexpr int inside = 20;

int scoreOfWord(QStringView word, QStringView text)
{
    int best = -1;
    for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
         at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        best = std::max(best, at == 0 ? atBeginning : text[at - 1].isLetterOrNumber() ? inside : atWord);
        if (best >= atWord) {
            break; // the first place that counts is enough
        }
    }
    return best;
}

} // namespace

int matchScore(QStringView typed, QStringView text)
{
    int score = 0;
    const auto words = typed.split(u' ', Qt::SkipEmptyParts);
    for (const QStringView word : words) {
        const int found = scoreOfWord(word, text);
        if (found < 0) {
            return -1;
        }
        score += found;
    }
    return score;
}

} // namespace dtf
