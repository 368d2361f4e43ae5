// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

namespace dtf {

/// Is somebody typing into this process's standard input?
[[nodiscard]] bool inputIsTerminal();

/// While it lives (and `on`), what is typed into the terminal is not shown. Nothing happens where there is no terminal. A program
/// that is ended meanwhile (Ctrl-C) leaves the terminal as it was. One at a time; thread: the one that asks.
class SilentTyping
{
public:
    explicit SilentTyping(bool on);
    SilentTyping(const SilentTyping &) = delete;
    SilentTyping &operator=(const SilentTyping &) = delete;
    ~SilentTyping();

private:
    struct Before;
    std::unique_ptr<Before> m_before;
};

} // namespace dtf
