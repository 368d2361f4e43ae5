// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace crashshim {

/// What happens at the chosen call.
enum class Act {
    Nothing,
    KillBefore, ///< SIGKILL, the call is not made
    KillAfter, ///< the call is made, then SIGKILL
    Fail, ///< not made, reported as failed
    DoneFail, ///< made, reported as failed: an ambiguous error
    ShortKill, ///< the first half is written, then SIGKILL
    ShortFail, ///< the first half is written, and nothing more fits
};

struct Deed
{
    Act act = Act::Nothing;
    int error = 0;
};

/// Told by the environment (see tests/crashpoints/faultplan.h); read when the library is loaded, then removed from it, so that no
/// child inherits it. Without DTF_CRASH_AREAS the library does nothing.
class Plan
{
public:
    static Plan &get();

    /// False in a child before its exec: it runs on a small stack within ours (vfork), where no path can be looked up.
    [[nodiscard]] bool inProgram() const;
    /// `/…/share/incoming/a` below an area `share=/…/share`: "share/incoming/a"; empty: below none.
    [[nodiscard]] std::string place(const std::string &path) const;
    [[nodiscard]] bool isPipeline(const char *program) const { return !m_pipeline.empty() && m_pipeline == program; }

    /// The call `operation` on `place` (and to `target`) is about to be made: it is counted, written down, and its deed told.
    [[nodiscard]] Deed pass(const char *operation, const std::string &place, const std::string &target = {});
    /// Ends the program, from its children before their exec too.
    [[noreturn]] void die() const;
    [[nodiscard]] const std::string &images() const { return m_images; } ///< folder for power cuts; empty: none

private:
    Plan();
    [[nodiscard]] unsigned count(const std::string &signature);
    void say(const std::string &line) const;

    struct Counters;
    struct Area
    {
        std::string name;
        std::string path;
    };
    Area m_areas[8];
    int m_areaCount = 0;
    std::string m_pipeline;
    std::string m_at;
    std::string m_images;
    Deed m_deed;
    int m_log = -1;
    int m_pid = 0;
    Counters *m_counters = nullptr; ///< shared with the children
};

} // namespace crashshim
