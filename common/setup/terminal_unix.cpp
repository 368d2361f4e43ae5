// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/setup/terminal.h"

#include <array>
#include <csignal>

#include <termios.h>
#include <unistd.h>

namespace dtf {

namespace {

constexpr std::array endings {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

termios beforeSilence {}; ///< for the handler; written before it can be called

/// The terminal outlives this program. Everything here may be called in a handler, and the signal does what it always did after
/// it.
extern "C" void showAndEnd(int signal)
{
    (void)::tcsetattr(STDIN_FILENO, TCSANOW, &beforeSilence);
    (void)::raise(signal);
}

} // namespace

struct SilentTyping::Before
{
    termios state {};
    std::array<struct sigaction, endings.size()> actions {};
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
    beforeSilence = before->state;
    for (size_t i = 0; i < endings.size(); ++i) {
        struct sigaction shown
        { };
        shown.sa_handler = showAndEnd;
        shown.sa_flags = int(SA_RESETHAND);
        (void)::sigaction(endings[i], nullptr, &before->actions[i]);
        if (before->actions[i].sa_handler == SIG_DFL) {
            (void)::sigaction(endings[i], &shown, nullptr);
        }
    }
    termios silent = before->state;
    silent.c_lflag &= ~tcflag_t(ECHO);
    (void)::tcsetattr(STDIN_FILENO, TCSANOW, &silent);
    m_before = std::move(before);
}

SilentTyping::~SilentTyping()
{
    if (m_before) {
        (void)::tcsetattr(STDIN_FILENO, TCSANOW, &m_before->state);
        for (size_t i = 0; i < endings.size(); ++i) {
            (void)::sigaction(endings[i], &m_before->actions[i], nullptr);
        }
    }
}

} // namespace dtf
