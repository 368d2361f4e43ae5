// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ctl/arguments.h"

#include <QCoreApplication>

namespace dtf {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(dtf::Texts)
};

} // namespace

QString helpText()
{
    return Texts::tr(
        R"(dtf-ctl - look at and command a DTF Orchestration from the command line

Usage: dtf-ctl [options] COMMAND …

Looking
  state                       the fleet in a few lines
  nodes                       every node: state, browser, what it runs
  jobs [filters]              files, newest change first
      --state A,B --node NODE --text TEXT --cause CAUSE --limit N (50) --all
      --sort changed|accepted|name|agency|state|node|attempts|size|priority|cause, --ascending
  why JOB                     why it is not running
  log JOB [--follow]          what its script wrote, newest attempt
  log JOB --attempt N         the same of an earlier attempt
  attempts JOB                its runs: where, how long, how each ended
  results JOB                 its result files, with sizes and hashes
  evidence JOB FILE.zip       facts, audit, attempts, logs and results in one archive
  audit [filters]             who did what; newest 50, or those --after a number
      --job JOB --node NODE --actor PREFIX --after N --before N --limit N --follow
      --from TIME --to TIME                2026-11-23, 2026-11-23T14:30 (here) or 2026-11-23T13:30Z
  alerts                      open troubles and what to do about them
  report [--day YYYY-MM-DD]   how a day's files ended (days in UTC)
  history [--hours N]         the last hours (24, at most 168): ends, waits, how each node spent them
  self-check NODE             its agent tries every precondition now; operators only
  picture NODE FILE.png       a picture of the node's browser

Acting (each needs --reason TEXT; where it stands in brackets it has a usual one)
  requeue JOB [--node NODE]   run it again
  hold | release | stop | done JOB
  pause | resume | drain NODE
  restart-browser NODE [--now]
  restart-agent NODE
  take-out NODE [--reason TEXT] [--no-wait]
                              drain it and wait until nothing is on it (--wait S, 3600); then it may be switched off
  put-back NODE [--reason TEXT] [--no-wait]
                              back in service; waits until it can take files (--wait S, 300)
  forget-node NODE            a machine that joined and will not come back; it must be silent and empty
  dispatch pause|resume       maintenance on or off
      --expect-epoch N, --expect-state S   only if the file is still as you saw it (JOB commands)
      --key KEY                            the same key does the same thing once (default: a new one)
  ack KIND [SUBJECT]          you have seen an alert and take care of it; a reason may be given.
                              KIND and SUBJECT as alerts shows them

Joining and upgrading
  join-code [--hours N] [--uses N]     a code with which N (1) machines may join within N (24) hours; shown this once
  join-codes [--revoke NUMBER]         the codes made so far, or one of them made worthless
  rollout --command TEXT [options]     upgrade node by node while the fleet works: drain, wait, run the command here,
                                       wait for agent and browser, put back; stops at the first trouble
      the command is run without a shell; {node} becomes the node's name, {host} the same in lower case:
      --command 'ssh {host} sudo apt-get install -y dtf-agent=1.3.0'
      --nodes A,B          these, in this order (all, by name)    --to-version X    which its agent must report then
      --dry-run            tell what would be done                --continue        after a rollout that stopped
      --even-the-last      also when no other node could work     --drain-timeout S (3600), --command-timeout S (1800),
                                                                  --back-timeout S (600)

JOB is a 26-character id, a part of an id that only one file has, or a whole file name.

Options
  --server URL       default: DTF_SERVER, else http://127.0.0.1:3000
  --token-file FILE  a file with your token; default: DTF_TOKEN_FILE
  --fingerprint HEX  over https: the server's certificate, as dtf-orchestrator --check shows it there; then only this one is
                     trusted. Default: DTF_FINGERPRINT, else the system's CAs decide
  --timeout S        for one answer, 1 to 600 seconds (10)
  --json             the orchestrator's document as it is, for scripts; with --follow one document a line
  --help, --version

Exit codes
  0  done, or shown
  1  refused by the orchestrator, or a self-check found something
  2  wrong usage, an ambiguous name, or a local file that can't be used
  3  the orchestrator can't be reached or its certificate is not trusted, or interrupted before its answer
  4  not authorised: no token, a wrong one, or not the operator role
  5  no such file or node
  6  changed meanwhile, or already as wished
)");
}

} // namespace dtf
