// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ucontext.h>

#include <functional>
#include <vector>

namespace dtf::sim {

/// A stack of its own on the one thread: what a worker thread is outside of the simulation. A body that ends by an exception of
/// type Killed was ended with its program.
class Fiber
{
public:
    struct Killed
    { };

    explicit Fiber(std::function<void()> body);
    Fiber(const Fiber &) = delete;
    Fiber &operator=(const Fiber &) = delete;
    ~Fiber();

    /// Runs it until it suspends itself or ends. Not from within a fibre.
    void resume();
    /// From within: back to who resumed it.
    static void suspend();
    [[nodiscard]] static Fiber *current();
    [[nodiscard]] bool ended() const { return m_ended; }

private:
    static void entry();
    void enter();
    void leave(bool forGood);

    std::function<void()> m_body;
    void *m_stack = nullptr;
    ucontext_t m_here {};
    ucontext_t m_back {};
    bool m_ended = false;
    void *m_fakeStack = nullptr; ///< the address sanitizer's
    const void *m_backStack = nullptr;
    std::size_t m_backSize = 0;
};

} // namespace dtf::sim
