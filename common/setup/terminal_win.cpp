// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/terminal.h"

#include <io.h>
#include <windows.h>

namespace dtf {

struct SilentTyping::Before
{
    DWORD mode = 0;
};

bool inputIsTerminal()
{
    return ::_isatty(0) != 0;
}

SilentTyping::SilentTyping(bool on)
{
    const HANDLE input = ::GetStdHandle(STD_INPUT_HANDLE);
    auto before = std::make_unique<Before>();
    if (on && ::GetConsoleMode(input, &before->mode) != 0
        && ::SetConsoleMode(input, before->mode & ~DWORD(ENABLE_ECHO_INPUT)) != 0) {
        m_before = std::move(before);
    }
}

SilentTyping::~SilentTyping()
{
    if (m_before) {
        (void)::SetConsoleMode(::GetStdHandle(STD_INPUT_HANDLE), m_before->mode);
    }
}

} // namespace dtf
