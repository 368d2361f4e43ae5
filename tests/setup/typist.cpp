// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/setup/typist.h"

#include <QDeadlineTimer>
#include <QFile>

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <vector>

namespace dtf {

Typist::Typist(const QString &program, const QStringList &arguments)
{
    std::vector<QByteArray> words {QFile::encodeName(program)};
    for (const QString &argument : arguments) {
        words.push_back(argument.toUtf8());
    }
    std::vector<char *> argv;
    argv.reserve(words.size() + 1);
    for (QByteArray &word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    m_pid = ::forkpty(&m_terminal, nullptr, nullptr, nullptr);
    if (m_pid == 0) {
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
}

Typist::~Typist()
{
    if (m_pid > 0) {
        (void)::kill(m_pid, SIGKILL);
        (void)::waitpid(m_pid, nullptr, 0);
    }
    if (m_terminal >= 0) {
        ::close(m_terminal);
    }
}

bool Typist::readMore(milliseconds deadline)
{
    pollfd waiting {m_terminal, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(deadline.count())) <= 0) {
        return false;
    }
    char bytes[4096];
    const ssize_t got = ::read(m_terminal, bytes, sizeof bytes);
    if (got <= 0) {
        return false; // EIO: nobody holds the other end any more
    }
    m_screen.append(bytes, got);
    return true;
}

bool Typist::reads(const QByteArray &text, milliseconds deadline)
{
    const QDeadlineTimer end(deadline);
    for (;;) {
        const qsizetype at = m_screen.indexOf(text, m_seen);
        if (at >= 0) {
            m_seen = at + text.size();
            return true;
        }
        if (end.hasExpired() || !readMore(milliseconds(end.remainingTime()))) {
            return false;
        }
    }
}

void Typist::types(const QByteArray &line)
{
    const QByteArray typed = line + '\n';
    (void)!::write(m_terminal, typed.constData(), static_cast<size_t>(typed.size()));
}

void Typist::interrupts()
{
    (void)!::write(m_terminal, "\x03", 1);
}

bool Typist::seesWhatItTypes() const
{
    termios state {};
    return ::tcgetattr(m_terminal, &state) == 0 && (state.c_lflag & ECHO) != 0;
}

int Typist::end(milliseconds deadline)
{
    const QDeadlineTimer until(deadline);
    while (!until.hasExpired() && readMore(milliseconds(until.remainingTime()))) { }
    int status = 0;
    if (m_pid <= 0 || (until.hasExpired() && ::waitpid(m_pid, &status, WNOHANG) == 0)) {
        return -1;
    }
    if (!until.hasExpired()) {
        (void)::waitpid(m_pid, &status, 0); // it has closed its terminal: it is ending
    }
    m_pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace dtf
