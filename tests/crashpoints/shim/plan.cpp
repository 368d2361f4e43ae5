// SPDX-License-Identifier: GPL-3.0-or-later
#include "plan.h"

#include "places.h"
#include "real.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace crashshim {

/// How often each signature has passed. In shared memory: a child that has not made its exec counts on.
struct Plan::Counters
{
    static constexpr unsigned size = 8'192;
    std::atomic_flag lock = ATOMIC_FLAG_INIT;
    struct
    {
        std::size_t hash;
        unsigned count;
    } entries[size];
};

namespace {

std::string taken(const char *variable)
{
    const char *value = std::getenv(variable);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(variable);
    return text;
}

Deed deedFrom(const std::string &text)
{
    const auto colon = text.find(':');
    const std::string word = text.substr(0, colon);
    const int error = colon == std::string::npos ? EIO : std::atoi(text.c_str() + colon + 1);
    return word == "kill-before" ? Deed {Act::KillBefore, 0}
        : word == "kill-after"   ? Deed {Act::KillAfter, 0}
        : word == "fail"         ? Deed {Act::Fail, error}
        : word == "done-fail"    ? Deed {Act::DoneFail, error}
        : word == "short-kill"   ? Deed {Act::ShortKill, 0}
        : word == "short-fail"   ? Deed {Act::ShortFail, error}
                                 : Deed {};
}

} // namespace

Plan &Plan::get()
{
    static Plan plan;
    return plan;
}

Plan::Plan()
    : m_pid(::getpid())
{
    const std::string areas = taken("DTF_CRASH_AREAS");
    const std::string log = taken("DTF_CRASH_LOG");
    m_pipeline = taken("DTF_CRASH_PIPELINE");
    m_at = taken("DTF_CRASH_AT");
    m_deed = deedFrom(taken("DTF_CRASH_ACTION"));
    m_images = taken("DTF_CRASH_IMAGES");
    ::unsetenv("LD_PRELOAD");
    for (std::size_t at = 0; at < areas.size() && m_areaCount < 8;) {
        const std::size_t end = std::min(areas.find(':', at), areas.size());
        const std::string area = areas.substr(at, end - at);
        const std::size_t equals = area.find('=');
        if (equals != std::string::npos) {
            m_areas[m_areaCount++] = {area.substr(0, equals), area.substr(equals + 1)};
        }
        at = end + 1;
    }
    if (m_areaCount == 0) {
        return;
    }
    void *memory = ::mmap(nullptr, sizeof(Counters), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        std::abort();
    }
    m_counters = new (memory) Counters();
    m_log = real::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

bool Plan::inProgram() const
{
    return ::getpid() == m_pid;
}

std::string Plan::place(const std::string &path) const
{
    for (int i = 0; i < m_areaCount; ++i) {
        const Area &area = m_areas[i];
        if (path.starts_with(area.path) && (path.size() == area.path.size() || path[area.path.size()] == '/')) {
            return area.name + normalised(path.substr(area.path.size()));
        }
    }
    return {};
}

unsigned Plan::count(const std::string &signature)
{
    const std::size_t hash = std::hash<std::string>()(signature) | 1;
    while (m_counters->lock.test_and_set(std::memory_order_acquire)) { }
    unsigned found = 0;
    for (unsigned i = 0; i < Counters::size; ++i) {
        auto &entry = m_counters->entries[(hash + i) % Counters::size];
        if (entry.hash == 0 || entry.hash == hash) {
            entry.hash = hash;
            found = ++entry.count;
            break;
        }
    }
    m_counters->lock.clear(std::memory_order_release);
    return found;
}

void Plan::say(const std::string &line) const
{
    (void)real::write(m_log, line.data(), line.size());
}

Deed Plan::pass(const char *operation, const std::string &place, const std::string &target)
{
    if (m_counters == nullptr) {
        return {};
    }
    std::string point = std::string(operation) + ' ' + place;
    if (!target.empty()) {
        point += " -> " + target;
    }
    point += '#' + std::to_string(count(point));
    const bool chosen = point == m_at || "any#" + std::to_string(count("any")) == m_at;
    say(chosen ? point + "\t<- here\n" : point + '\n');
    return chosen ? m_deed : Deed {};
}

void Plan::die() const
{
    ::kill(m_pid, SIGKILL);
    for (;;) {
        ::pause();
    }
}

} // namespace crashshim
