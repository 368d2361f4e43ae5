// SPDX-License-Identifier: GPL-3.0-or-later
// Part of every program that is built with MinGW: switches off the just-in-time compiler of Qt's regular expressions.
//
// With it, whoever matches touches a thread_local of Qt's (qregularexpression.cpp, jitStacks), whose destructor runs when the
// thread ends. GCC for Windows emulates thread-local storage and may free it before that destructor has run (GCC bug 80816,
// mingw-w64 bug 527): it then frees a stack at whatever address it finds there, and the program crashes. Without the compiler Qt
// never touches it.
#include <QRegularExpression>

namespace dtf {

namespace {

[[maybe_unused]] const bool switchedOff = [] {
    constexpr const char *variable = "QT_ENABLE_REGEXP_JIT"; // Qt reads it once, when it compiles its first pattern
    if (qEnvironmentVariableIsSet(variable)) {
        return false; // whoever started us knows better
    }
    qputenv(variable, "0");
    QRegularExpression(QStringLiteral("x")).optimize();
    qunsetenv(variable); // what we start does not inherit it
    return true;
}();

} // namespace

} // namespace dtf
