// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLatin1StringView>
#include <QString>
#include <QTest>

/// QCOMPARE for enums with a dtf::toString(): QTest 6.4 would take that one for its own and not compile. Shows the words.
#define COMPARE_WORDS(actual, expected) QCOMPARE(QString(toString(actual)), QString(toString(expected)))
