// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/terminal.h"

#include <termios.h>
#include <unistd.h>

namespace dtf {

struct SilentTyping::Before
{
    termios state {};
};

bool inputIsTerminal()
{
    return ::isatty(STDIN_FILENO) == 1;
}

SilentTyping::SilentTyping(bool on)
{
    auto before = std::make_unique<Before>();
    if (!on || ::tcgetattr(STDIN_FILENO, &before->state) != 0) {
        return;
    }
    termios silent = before->state;
    silent.c_lflag &= ~tcflag_t(ECHO);
    if (::tcsetattr(STDIN_FILENO, TCSANOW, &silent) == 0) {
        m_before = std::move(before);
    }
}

SilentTyping::~SilentTyping()
{
    if (m_before) {
        (void)::tcsetattr(STDIN_FILENO, TCSANOW, &m_before->state);
    }
}

} // namespace dtf
