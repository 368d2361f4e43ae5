// SPDX-License-Identifier: GPL-3.0-or-later
// One binary that plays every bad pipeline. Each argument is one act, `verb` or `verb=value`, done in order; then it exits with
// 0.
//   say=TEXT            a line on standard output            err=TEXT           a line on standard error
//   out=NAME:TEXT       a file in $DTF_OUT                   ledger=PATH        appends "job.attempt" to a file: who was started
//   env=PATH            writes the DTF_ variables            readfile=PATH      copies $DTF_FILE there
//   spoilinput          overwrites and removes $DTF_FILE     touch=PATH         makes an empty file
//   wait=PATH           until PATH exists (at most 60 s)     exit=N   crash     ends at once
//   ignoreterm          from now on                          stop               waits for ever (at most 120 s)
//   child=PATH          a child that lives until PATH exists, in the same session
//   daemon=PATH         the same, double-forked, in a session of its own, holding standard output
//   flood=MIB           that much output                     binary             bytes that are no text, without a line end
//   closestdout
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/resource.h>
#include <unistd.h>
extern char **environ;
#endif

namespace {

using namespace std::chrono_literals;

std::string variable(const char *name)
{
    const char *value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

void waitFor(const std::string &path, std::chrono::seconds atMost)
{
    const auto end = std::chrono::steady_clock::now() + atMost;
    while (std::chrono::steady_clock::now() < end && !std::ifstream(path).good()) {
        std::this_thread::sleep_for(10ms);
    }
}

void writeFile(const std::string &path, const std::string &text, std::ios::openmode mode = std::ios::trunc)
{
    std::ofstream(path, std::ios::out | std::ios::binary | mode) << text;
}

void copyFile(const std::string &from, const std::string &to)
{
    const std::ifstream in(from, std::ios::binary);
    std::ofstream(to, std::ios::binary) << in.rdbuf();
}

void flood(long mebibytes)
{
    const std::string line(1023, 'x');
    for (long i = 0; i < mebibytes * 1024; ++i) {
        std::fwrite(line.data(), 1, line.size(), stdout);
        std::fputc('\n', stdout);
    }
}

#ifndef _WIN32
void fork(const std::string &until, bool daemon)
{
    const pid_t child = ::fork();
    if (child != 0) {
        return;
    }
    if (daemon) {
        ::setsid();
        if (::fork() != 0) {
            std::_Exit(0);
        }
    }
    waitFor(until, 60s);
    std::_Exit(0);
}

void dumpEnvironment(const std::string &path)
{
    std::string text;
    for (char **entry = environ; *entry != nullptr; ++entry) {
        if (std::string_view(*entry).starts_with("DTF_")) {
            text += std::string(*entry) + "\n";
        }
    }
    writeFile(path, text);
}

[[noreturn]] void crash()
{
    const rlimit none {0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
    std::abort();
}
#else
/// Another one of us, which lives until the path exists; a daemon has no console, and holds our output all the same.
void fork(const std::string &until, bool daemon)
{
    wchar_t self[MAX_PATH] = L"";
    GetModuleFileNameW(nullptr, self, MAX_PATH);
    std::wstring line = L"\"" + std::wstring(self) + L"\" \"wait=" + std::wstring(until.begin(), until.end()) + L"\"";
    STARTUPINFOW startup {};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION made {};
    const DWORD flags = daemon ? DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP : 0;
    if (!CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr, &startup, &made)) {
        std::fprintf(stderr, "no child: error %lu\n", GetLastError());
        std::_Exit(126);
    }
    CloseHandle(made.hThread);
    CloseHandle(made.hProcess);
}

void dumpEnvironment(const std::string &path)
{
    std::string text;
    for (char **entry = _environ; *entry != nullptr; ++entry) {
        if (std::string_view(*entry).starts_with("DTF_")) {
            text += std::string(*entry) + "\n";
        }
    }
    writeFile(path, text);
}

[[noreturn]] void crash()
{
    TerminateProcess(GetCurrentProcess(), STATUS_ACCESS_VIOLATION); // what is seen of one, without the system's window about it
    std::abort();
}
#endif

void act(const std::string &verb, const std::string &value)
{
    if (verb == "say") {
        std::printf("%s\n", value.c_str());
        std::fflush(stdout);
    } else if (verb == "err") {
        std::fprintf(stderr, "%s\n", value.c_str());
    } else if (verb == "out") {
        const auto colon = value.find(':');
        writeFile(variable("DTF_OUT") + "/" + value.substr(0, colon), value.substr(colon + 1));
    } else if (verb == "ledger") {
        writeFile(value, variable("DTF_JOB") + "." + variable("DTF_ATTEMPT") + "\n", std::ios::app);
    } else if (verb == "env") {
        dumpEnvironment(value);
    } else if (verb == "readfile") {
        copyFile(variable("DTF_FILE"), value);
    } else if (verb == "spoilinput") {
        writeFile(variable("DTF_FILE"), "spoiled");
        std::remove(variable("DTF_FILE").c_str());
    } else if (verb == "touch") {
        writeFile(value, "");
    } else if (verb == "wait") {
        waitFor(value, 60s);
    } else if (verb == "exit") {
        std::exit(std::atoi(value.c_str()));
    } else if (verb == "crash") {
        crash();
    } else if (verb == "ignoreterm") {
        std::signal(SIGTERM, SIG_IGN);
    } else if (verb == "stop") {
        std::this_thread::sleep_for(120s);
    } else if (verb == "child") {
        fork(value, false);
    } else if (verb == "daemon") {
        fork(value, true);
    } else if (verb == "flood") {
        flood(std::atol(value.c_str()));
    } else if (verb == "binary") {
        std::fwrite("\x1b[31m\x00\xff\xfe\r\x07", 1, 10, stdout);
        std::fflush(stdout);
    } else if (verb == "closestdout") {
        std::fclose(stdout);
        std::fclose(stderr);
    } else {
        std::fprintf(stderr, "testchild: unknown act %s\n", verb.c_str());
        std::exit(99);
    }
}

} // namespace

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const auto equals = argument.find('=');
        act(argument.substr(0, equals), equals == std::string::npos ? std::string() : argument.substr(equals + 1));
    }
    return 0;
}
