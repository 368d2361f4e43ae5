// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakeworld.h"

#include <QCryptographicHash>

namespace dtf {

using namespace Qt::StringLiterals;

namespace {

template <class... Ts> struct Overloaded : Ts...
{
    using Ts::operator()...;
};
template <class... Ts> Overloaded(Ts...) -> Overloaded<Ts...>;

ContentHash hashOf(const QByteArray &content)
{
    return {QCryptographicHash::hash(content, QCryptographicHash::Sha256), content.size()};
}

} // namespace

FakeWorld::FakeWorld(const AgentConfig &config)
    : m_config(config)
{ }

TokenName FakeWorld::assign(const QByteArray &name, const QByteArray &content, Epoch epoch)
{
    const TokenName token {m_ids.next(now.wall), epoch, {}, name};
    share.insert(layout::assigned(m_config.node, token), content);
    return token;
}

void FakeWorld::boot(const QByteArray &machineBoot, bool recognised)
{
    m_effects.clear();
    m_external.clear();
    m_identity = {BootId::generate(), "machine", machineBoot};
    JournalRecord record;
    record.kind = RecordKind::Boot;
    record.boot = m_identity.boot;
    record.machine = m_identity.machine;
    record.machineBoot = machineBoot;
    journal.apply(record);
    m_state = std::make_unique<WorkState>(m_config, m_identity, journal);
    if (recognised) {
        send(event::ClaimsAllowed {});
    }
    send(event::BrowserChanged {browser});
}

void FakeWorld::send(const Event &event)
{
    take(m_state->apply(event, now));
}

void FakeWorld::take(const QList<NumberedEffect> &effects)
{
    for (const NumberedEffect &e : effects) {
        m_effects.push_back({e.number, e.effect});
    }
}

bool FakeWorld::run(milliseconds quiet, int limit)
{
    // Listings and alive files never end: quiet means that nothing else happened for that long.
    MonoTime busy = now.mono;
    while (m_state && now.mono - busy <= quiet) {
        if (limit-- == 0) {
            return false;
        }
        if (!m_effects.empty()) {
            const Waiting next = std::move(m_effects.front());
            m_effects.pop_front();
            const bool idle = std::holds_alternative<effect::ListFolders>(next.effect)
                || std::holds_alternative<effect::TouchAlive>(next.effect)
                || std::holds_alternative<effect::LookToken>(next.effect);
            if (!idle) {
                busy = now.mono;
            }
            if (before) {
                before(next.effect);
            }
            const bool last = !idle && m_killAt-- == 0;
            if (last && !m_killAfter) {
                kill();
                return false;
            }
            const auto answer = perform(next.number, next.effect);
            if (last) {
                kill();
                return false;
            }
            now.mono = now.mono + milliseconds(1);
            if (answer && m_state) {
                send(*answer);
            }
        } else if (!m_external.empty()) {
            const Event next = m_external.front();
            m_external.pop_front();
            send(next);
        } else if (const auto at = m_state->wakeAt()) {
            now.mono = std::max(now.mono + milliseconds(1), *at);
            send(event::Tick {});
        } else {
            return true;
        }
    }
    return m_state != nullptr;
}

Result<void> FakeWorld::down() const
{
    return shareUp ? Result<void>() : fail(ErrorCode::ShareDown, u"not mounted"_s);
}

MoveResult FakeWorld::move(const SharePath &source, const SharePath &target)
{
    if (!shareUp) {
        return {MoveOutcome::Failed, {ErrorCode::ShareDown, {}}, false};
    }
    if (moveFault) {
        if (const auto result = moveFault(source, target)) {
            return *result;
        }
    }
    if (!share.contains(source)) {
        return {share.contains(target) ? MoveOutcome::Moved : MoveOutcome::Lost, {}, true};
    }
    Q_ASSERT(!share.contains(target));
    share.insert(target, share.take(source));
    return {MoveOutcome::Moved, {}, false};
}

event::Located FakeWorld::locate(qint64 number, const effect::Locate &e) const
{
    event::Located found;
    found.number = number;
    found.place = TokenPlace::Nowhere;
    if (const auto up = down(); !up) {
        found.place = tl::unexpected(up.error());
        return found;
    }
    const auto at = [&](const SharePath &path, TokenPlace place, const BootId &boot = {}, WallTime day = {}) {
        if (*found.place == TokenPlace::Nowhere && share.contains(path)) {
            found.place = place;
            found.boot = boot;
            found.day = day;
        }
    };
    const auto with = [&](const BootId &boot) { return TokenName {e.token.job, e.token.epoch, boot, e.token.name}; };
    at(layout::assigned(m_config.node, e.token), TokenPlace::Assigned);
    for (const BootId &boot : e.claimBoots) {
        at(layout::running(m_config.node, with(boot)), TokenPlace::Running, boot);
    }
    for (const BootId &boot : e.stageBoots) {
        at(layout::stagedToken({e.token.job, e.token.epoch, boot}, e.token.name), TokenPlace::Staged, boot);
    }
    for (const WallTime day : e.days) {
        at(layout::completed(day, e.token.job, e.token.name) + '/' + e.token.name, TokenPlace::Final, {}, day);
    }
    for (const BootId &boot : e.claimBoots) {
        at(layout::hold(with(boot)), TokenPlace::Held, boot);
    }
    at(layout::failed(e.token), TokenPlace::Failed);
    at(layout::rejected(e.token.job, e.token.name), TokenPlace::Rejected);
    return found;
}

std::optional<Event> FakeWorld::perform(qint64 number, const Effect &effect)
{
    using R = std::optional<Event>;
    const auto answered = [number](auto e) -> R {
        e.number = number;
        return Event(e);
    };
    return std::visit(Overloaded {
                          [&](const effect::ListFolders &) -> R {
                              event::Listed listed;
                              listed.result = down();
                              listed.shareUuid = shareUuid;
                              for (auto it = share.cbegin(); shareUp && it != share.cend(); ++it) {
                                  const qsizetype slash = it.key().lastIndexOf('/');
                                  const auto token = parseToken(it.key().sliced(slash + 1));
                                  if (token && it.key().first(slash) == layout::processing(m_config.node)) {
                                      listed.assigned.append(*token);
                                  } else if (token && it.key().first(slash) == layout::running(m_config.node)) {
                                      listed.running.append(*token);
                                  }
                              }
                              return answered(listed);
                          },
                          [&](const effect::TouchAlive &) -> R {
                              return answered(event::AliveTouched {0, down()});
                          },
                          [&](const effect::Sweep &) -> R {
                              return answered(event::Swept {0, earlierRunsEnd});
                          },
                          [&](const effect::CopyOut &e) -> R {
                              event::Copied copied;
                              const std::optional<Error> fault = copyFault ? copyFault(e.source) : std::nullopt;
                              if (!share.contains(e.source)) {
                                  copied.result = fail(ErrorCode::NotFound);
                              } else if (fault) {
                                  copied.result = tl::unexpected(*fault);
                                  copied.localTrouble = copyFaultIsLocal;
                              } else {
                                  const QByteArray content = share.value(e.source);
                                  EntryInfo seen;
                                  seen.size = content.size();
                                  copied.result = event::CopiedFile {seen, hashOf(content)};
                              }
                              return answered(copied);
                          },
                          [&](const effect::Append &e) -> R {
                              if (journalWorks) {
                                  journal.apply(e.record);
                                  reports += e.reports;
                              }
                              return answered(event::Journalled {0, journalWorks});
                          },
                          [&](const effect::Move &e) -> R {
                              return answered(event::Moved {0, move(e.source, e.target)});
                          },
                          [&](const effect::VerifyToken &e) -> R {
                              event::Verified verified;
                              if (const auto fault = verifyFault ? verifyFault(e.path) : std::nullopt) {
                                  verified.result = tl::unexpected(*fault);
                              } else if (!share.contains(e.path)) {
                                  verified.result = fail(ErrorCode::NotFound);
                              } else if (hashOf(share.value(e.path)).sha256 != e.input.sha256) {
                                  verified.result = fail(ErrorCode::Changed);
                              }
                              return answered(verified);
                          },
                          [&](const effect::LookToken &e) -> R {
                              const Result<void> there = share.contains(e.path) ? Result<void>() : fail(ErrorCode::NotFound);
                              return answered(event::Looked {0, shareUp ? there : down()});
                          },
                          [&](const effect::Spawn &e) -> R {
                              if (!spawnWorks) {
                                  return answered(event::Spawned {0, {}, false});
                              }
                              ++spawns[e.token.job.toBytes26() + ".e" + QByteArray::number(e.token.epoch)];
                              if (pipelineEnds) {
                                  m_external.push_back(event::RunEnded {nextEnd});
                              }
                              return answered(event::Spawned {0, {}, true});
                          },
                          [&](const effect::SignalSoft &) -> R { return std::nullopt; },
                          [&](const effect::KillTree &) -> R {
                              RunEnd end = nextEnd;
                              end.crashed = true;
                              m_external.push_back(event::RunEnded {end});
                              return std::nullopt;
                          },
                          [&](const effect::InspectOutputs &) -> R {
                              return answered(event::Inspected {0, nextOutputs});
                          },
                          [&](const effect::InspectLeftovers &) -> R {
                              return answered(event::LeftoversSeen {0, leftovers, {}});
                          },
                          [&](const effect::Stage &e) -> R {
                              if (shareUp) {
                                  for (const StageName &old : e.discard) {
                                      stages.remove(layout::stage(old));
                                  }
                                  stages.insert(layout::stage(e.stage), e.manifestHead);
                              }
                              return answered(event::Staged {0, down()});
                          },
                          [&](const effect::MakeVisible &e) -> R {
                              // The folder and all that is in it: its token is what counts here.
                              const SharePath from = layout::stage(e.stage) + '/';
                              for (const SharePath &path : share.keys()) {
                                  if (path.startsWith(from)) {
                                      const MoveResult result = move(path, e.target + '/' + path.sliced(from.size()));
                                      if (result.outcome == MoveOutcome::Moved) {
                                          stages.insert(e.target, stages.take(layout::stage(e.stage)));
                                      }
                                      return answered(event::Moved {0, result});
                                  }
                              }
                              return answered(event::Moved {0, {MoveOutcome::Lost, {}, true}});
                          },
                          [&](const effect::Locate &e) -> R { return Event(locate(number, e)); },
                          [&](const effect::SaveEvidence &) -> R {
                              return answered(event::Saved {0, down()});
                          },
                          [&](const effect::WriteSidecar &e) -> R {
                              share.insert(e.path, e.json);
                              return answered(event::Written {0, down()});
                          },
                          [&](const effect::DropScratch &) -> R { return std::nullopt; },
                      },
        effect);
}

QList<SharePath> FakeWorld::tokens() const
{
    QList<SharePath> found;
    for (auto it = share.cbegin(); it != share.cend(); ++it) {
        if (!it.key().endsWith(".json")) {
            found.append(it.key());
        }
    }
    return found;
}

int FakeWorld::reported(ReportKind kind) const
{
    return static_cast<int>(std::count_if(reports.begin(), reports.end(), [kind](const Report &r) { return r.kind == kind; }));
}

const Report *FakeWorld::lastReport(ReportKind kind) const
{
    const auto it = std::find_if(reports.rbegin(), reports.rend(), [kind](const Report &r) { return r.kind == kind; });
    return it == reports.rend() ? nullptr : &*it;
}

} // namespace dtf
