// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/simulation/fiber.h"

#include <sys/mman.h>

#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace dtf::sim {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t stackSize = std::size_t {1024} * 1024;
#else
constexpr std::size_t stackSize = std::size_t {256} * 1024;
#endif

thread_local Fiber *running = nullptr;

/// Stacks are used again: a run makes hundreds of thousands of fibres.
std::vector<void *> &spareStacks()
{
    static std::vector<void *> spare;
    return spare;
}

void *takeStack()
{
    std::vector<void *> &spare = spareStacks();
    if (!spare.empty()) {
        void *stack = spare.back();
        spare.pop_back();
#if defined(__SANITIZE_ADDRESS__)
        __asan_unpoison_memory_region(stack, stackSize); // the last frames on it were never left
#endif
        return stack;
    }
    void *stack =
        ::mmap(nullptr, stackSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) {
        std::abort();
    }
    return stack;
}

} // namespace

Fiber::Fiber(std::function<void()> body)
    : m_body(std::move(body))
    , m_stack(takeStack())
{
    ::getcontext(&m_here);
    m_here.uc_stack.ss_sp = m_stack;
    m_here.uc_stack.ss_size = stackSize;
    m_here.uc_link = nullptr;
    ::makecontext(&m_here, &Fiber::entry, 0);
}

Fiber::~Fiber()
{
    if (!m_ended) {
        std::abort(); // its frames would never be unwound
    }
    spareStacks().push_back(m_stack);
}

Fiber *Fiber::current()
{
    return running;
}

void Fiber::resume()
{
    running = this;
#if defined(__SANITIZE_ADDRESS__)
    void *fake = nullptr;
    __sanitizer_start_switch_fiber(&fake, m_stack, stackSize);
#endif
    ::swapcontext(&m_back, &m_here);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
    running = nullptr;
}

void Fiber::suspend()
{
    running->leave(false);
}

void Fiber::leave(bool forGood)
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(forGood ? nullptr : &m_fakeStack, m_backStack, m_backSize);
#else
    (void)forGood;
#endif
    ::swapcontext(&m_here, &m_back);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(m_fakeStack, &m_backStack, &m_backSize);
#endif
}

void Fiber::enter()
{
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(nullptr, &m_backStack, &m_backSize);
#endif
    try {
        m_body();
    } catch (const Killed &) { }
    m_body = {};
    m_ended = true;
    leave(true);
}

void Fiber::entry()
{
    running->enter();
    std::abort();
}

} // namespace dtf::sim
