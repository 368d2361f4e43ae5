// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/model/rules.h"
#include "tests/model/state.h"

#include <string>
#include <vector>

namespace dtf::model {

/// One readable step of a counterexample; `who` and `what` are literals.
struct Note
{
    const char *who = "";
    const char *what = "";
    Place from;
    Place to;
};

/// A step counts for L1 when it needs no fault, no person and nobody but the orchestrator and this one healthy node.
enum Fair : std::uint8_t { Unfair = 0, FairA = 1, FairB = 2, FairBoth = 3 };

struct Successor
{
    State state;
    Note note;
    std::uint8_t fair = Unfair;
};

enum class Reply : std::uint8_t { Moved, Lost, Unsure };

/// Collects everything that can happen next in `now`.
class Moves final
{
public:
    Moves(const State &now, const Rules &rules, const Bounds &bounds, std::vector<Successor> &out)
        : s(now)
        , r(rules)
        , b(bounds)
        , m_out(out)
    {
        m_out.clear();
    }

    void agent(int who); ///< agent.cpp and recovery.cpp
    void orchestrator(); ///< orchestrator.cpp
    void world(); ///< world.cpp: operator, producer, late renames, roll forward

private:
    /// Appends a copy of `now`; the reference is good until the next call.
    State &add(const Note &note, std::uint8_t fair = Unfair);

    /// atomicMove with everything the share may answer; `then(state, reply)` is the caller's next step.
    template <typename Then> void rename(const char *who, const char *what, Place from, Place to, std::uint8_t fair, Then then);
    [[nodiscard]] bool matches(Place token, Place named) const;
    [[nodiscard]] bool present(Place named) const;
    bool apply(State &n, Place from, Place to) const;
    static void addToken(State &n, Place to);

    // Agent.
    void crash(int who);
    void restart(int who);
    void claim(int who);
    void recover(int who);
    void recoverOne(int who, int epoch, int boot, bool reallyThere);
    void claimed(int who);
    void run(int who);
    void publish(int who);
    void spawn(State &n, int who) const;
    [[nodiscard]] bool ownsBoot(int who, int epoch, int boot) const;
    [[nodiscard]] bool noEffectProven(int epoch) const;
    [[nodiscard]] static std::uint8_t fairOf(int who);
    [[nodiscard]] static const char *name(int who);

    // Orchestrator.
    void decide();
    void decideRunning();
    void carryOut();
    void operatorCommands();
    enum class Nodes { All, Other };
    void intend(const char *what, Place to, int fair, unsigned allowed = 0, unsigned proven = 0);
    void assignAnew(const char *what, Nodes nodes, std::uint8_t fair, unsigned allowed = 0, unsigned proven = 0);
    void assignOrGiveUp(const char *what, Nodes nodes, unsigned allowed = 0, unsigned proven = 0);
    [[nodiscard]] int nextEpoch() const;
    [[nodiscard]] std::uint8_t holdIsFair() const;

    const State &s;
    const Rules &r;
    const Bounds &b;
    std::vector<Successor> &m_out;
};

/// All steps from `now`, invariants of transitions already marked in them.
void successors(const State &now, const Rules &rules, const Bounds &bounds, std::vector<Successor> &out);

/// Brings states together that differ in nothing that can ever matter again; see settle.cpp for the argument.
void settle(State &state, const Rules &rules, const Bounds &bounds);

[[nodiscard]] std::string describe(Place place);
[[nodiscard]] std::string describe(const Note &note);

} // namespace dtf::model
